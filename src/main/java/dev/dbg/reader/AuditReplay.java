package dev.dbg.reader;

import dev.dbg.audit.recording.RecordingFiles;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.Invocation.Audit.ReplayForm;
import dev.dbg.model.RawText;
import dev.dbg.wire.ClientWatch;
import dev.dbg.wire.Reply;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code dbg audit replay}: prints a tool's output at its original pace, as text or asciicast,
 * until the client disconnects.
 */
record AuditReplay(ClientWatch client, Reply reply) {
  /**
   * A line of the timing file: kind, seconds since the previous line, and the rest, for O a byte
   * count.
   */
  private static final Pattern NOTE =
      Pattern.compile("(?=[^O]|O .* \\d{1,15}$)([A-Z]) (\\d{1,9})\\.(\\d{6}) (.*)");

  private static final String OUTPUT = "O";

  private static final int LONGEST_LINE = 1 << 16;

  void play(RecordingFiles files, Invocation.Audit.Replay asked) throws IOException {
    if (asked.form() == ReplayForm.CAST) {
      writeCast(files, reply::println);
      return;
    }
    try (InputStream output = new BufferedInputStream(Files.newInputStream(files.output()));
        InputStream timing = new BufferedInputStream(Files.newInputStream(files.timing()))) {
      byte[] _ = line(output); // a heading
      if (asked.form() == ReplayForm.TEXT) {
        showText(output);
        return;
      }
      for (Matcher note = note(timing); note.matches(); note = note(timing)) {
        if (isCancelledWithin(pause(note, asked))) {
          return;
        }
        if (note.group(1).equals(OUTPUT)) {
          print(output, Long.parseLong(note.group(4)));
        }
      }
    }
  }

  /**
   * Returns the next line; one that does not match at the end, or if a crash left the line
   * incomplete.
   */
  private static Matcher note(InputStream timing) throws IOException {
    return NOTE.matcher(new String(line(timing), StandardCharsets.US_ASCII).strip());
  }

  /** Passes the lines of an asciicast to {@code taker}. */
  void writeCast(RecordingFiles files, Consumer<String> taker) throws IOException {
    AsciicastWriter cast = new AsciicastWriter();
    try (InputStream output = new BufferedInputStream(Files.newInputStream(files.output()));
        InputStream timing = new BufferedInputStream(Files.newInputStream(files.timing()))) {
      byte[] _ = line(output); // a heading
      taker.accept(AsciicastWriter.HEADING);
      for (Matcher note = note(timing); note.matches() && !reply.isUnheard(); note = note(timing)) {
        cast.goesOn(after(note));
        if (note.group(1).equals(OUTPUT)) {
          long left = Long.parseLong(note.group(4));
          for (byte[] part = part(output, left); part.length > 0; part = part(output, left)) {
            taker.accept(cast.printed(part));
            left -= part.length;
          }
        } else {
          cast.happened(note.group(4)).ifPresent(taker);
        }
      }
    }
    cast.ended().ifPresent(taker);
  }

  private static byte[] part(InputStream output, long left) throws IOException {
    return output.readNBytes((int) Math.min(left, LONGEST_LINE));
  }

  /** Prints the next bytes in parts: the timing file may contain any number. */
  private void print(InputStream output, long count) throws IOException {
    long left = count;
    while (left > 0 && !reply.isUnheard()) {
      byte[] part = part(output, left);
      reply.print(part);
      left = part.length == 0 ? 0 : left - part.length;
    }
  }

  /** Returns the time since the previous line. */
  private static Duration after(Matcher note) {
    return Duration.ofSeconds(Long.parseLong(note.group(2)))
        .plusNanos(Long.parseLong(note.group(3)) * 1000);
  }

  private static Duration pause(Matcher note, Invocation.Audit.Replay asked) {
    Duration paced = Duration.ofNanos((long) (after(note).toNanos() / asked.speed()));
    return asked.mostPause().filter(most -> paced.compareTo(most) > 0).orElse(paced);
  }

  /** Pauses; returns true if the client disconnected. */
  private boolean isCancelledWithin(Duration pause) {
    long end = System.nanoTime() + pause.toNanos();
    for (long left = pause.toNanos(); left > 0; left = end - System.nanoTime()) {
      if (client.endsWithin(Duration.ofNanos(left))) {
        return true;
      }
    }
    return false;
  }

  private void showText(InputStream output) throws IOException {
    for (byte[] line = line(output); line.length > 0; line = line(output)) {
      String text = RawText.decode(line);
      reply.println(RawText.printable(text.replaceAll("\\r?\\n$", "")));
    }
  }

  /** Returns a line with its newline, or a part of a long one; nothing at the end. */
  private static byte[] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int read = in.read();
    while (read >= 0) {
      line.write(read);
      if (read == '\n' || line.size() == LONGEST_LINE) {
        break;
      }
      read = in.read();
    }
    return line.toByteArray();
  }
}
