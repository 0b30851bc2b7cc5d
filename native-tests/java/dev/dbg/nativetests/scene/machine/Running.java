package dev.dbg.nativetests.scene.machine;

import dev.dbg.nativetests.scene.measure.Patience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A command that has been started. Its output is collected meanwhile. */
public final class Running {
  private final List<String> words;
  private final Process process;
  private final Path report;
  private final Collected out;
  private final Collected err;
  private Function<Ran, Ran> whenEnded = Function.identity();

  Running(List<String> words, Process process, Path report) {
    this.words = words;
    this.process = process;
    this.report = report;
    this.out = new Collected(process.getInputStream());
    this.err = new Collected(process.getErrorStream());
  }

  public Running whenEnded(Function<Ran, Ran> then) {
    whenEnded = then;
    return this;
  }

  /** Waits until it has printed {@code text}, on either stream. */
  public Running prints(String text) {
    Patience.until("it prints " + text, () -> hasPrinted(text), this);
    return this;
  }

  private boolean hasPrinted(String text) {
    return out.text().contains(text) || err.text().contains(text);
  }

  /** The same, or until it has ended; returns whether it has printed it. */
  public boolean printsBeforeItEnds(String text) {
    Patience.until(
        "it prints " + text + " or ends", () -> hasPrinted(text) || !process.isAlive(), this);
    return hasPrinted(text);
  }

  public boolean hasEnded() {
    return !process.isAlive();
  }

  /** What it has printed on its standard output so far. */
  public String printed() {
    return out.text();
  }

  /** The process id of the command itself. */
  public long pid() {
    Patience.until("it has a pid", () -> !report().isEmpty(), this);
    return Long.parseLong(report().get(0).split(" ", 2)[1]);
  }

  /** Sends it a signal, named as kill(1) names it. */
  public Running gets(String signal) {
    Processes.signal(signal, pid());
    return this;
  }

  /** Types at its terminal or into its pipe. */
  public Running types(String text) {
    return types(text, StandardCharsets.UTF_8);
  }

  /** The same, encoded in another character set. */
  public Running types(String text, Charset charset) {
    try {
      OutputStream in = process.getOutputStream();
      in.write(text.getBytes(charset));
      in.flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes its pipe: the end of its input. */
  public Running closesInput() {
    try {
      process.getOutputStream().close();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes all of it into its pipe, closes the pipe, and waits for the command's end. */
  public Ran endsReading(byte[] input) {
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              try (OutputStream in = process.getOutputStream()) {
                in.write(input);
              } catch (IOException e) {
                // The command did not read all of it, which is no error.
              }
            },
            Thread.ofPlatform().daemon()::start);
    Ran ran = ends();
    writing.join();
    return ran;
  }

  /** Waits until it has ended and all its output has been read. */
  public Ran ends() {
    return endsWithin(Patience.WITHIN);
  }

  /** The same for a command that may take minutes. */
  public Ran endsWithinMinutes(int minutes) {
    return endsWithin(Duration.ofMinutes(minutes));
  }

  /** The same for a command that may take this long. */
  public Ran endsWithin(Duration patience) {
    try {
      if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("it does not end: " + this);
      }
      byte[] printed = out.all();
      String said = new String(err.all(), StandardCharsets.UTF_8);
      return whenEnded.apply(new Ran(words, End.of(report()), printed, said, List.of()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private List<String> report() {
    try {
      return Files.exists(report) ? Files.readAllLines(report) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "%s%n  stdout: %s%n  stderr: %s"
        .formatted(String.join(" ", words), out.text(), err.text());
  }

  /** A stream that a separate thread reads to its end. */
  private static final class Collected {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<Void> end;

    Collected(InputStream in) {
      // A platform thread, as a read of a pipe would pin a virtual thread's carrier.
      end = CompletableFuture.runAsync(() -> copy(in), Thread.ofPlatform().daemon()::start);
    }

    private void copy(InputStream in) {
      try (in) {
        long _ = in.transferTo(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String text() {
      return bytes.toString(Text.BYTES);
    }

    /** A stream that stays open means that some process still holds its descriptor: a leak. */
    byte[] all() {
      try {
        end.get(Patience.WITHIN.toSeconds(), TimeUnit.SECONDS);
        return bytes.toByteArray();
      } catch (Exception e) {
        throw new AssertionError("the command has ended, and somebody still holds its stream", e);
      }
    }
  }
}
