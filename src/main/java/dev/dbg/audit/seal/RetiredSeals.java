package dev.dbg.audit.seal;

import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.ParsedRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ObjLongConsumer;

/**
 * The seals of removed segments, {@code seals.jsonl}. Without them the remaining seals could not be
 * verified with a key that was kept.
 *
 * <p>For one thread at a time.
 */
public final class RetiredSeals {
  /** The file's name, in the log's directory. */
  public static final String FILE = "seals.jsonl";

  private RetiredSeals() {}

  /** Adds the seals of a segment before it is removed; they are on the disk when this returns. */
  public static void keep(Path directory, Segment segment) throws IOException {
    try (LineReader lines = new LineReader(segment.open());
        FileChannel file = PrivateFiles.openLines(directory.resolve(FILE))) {
      while (lines.next()) {
        String line = lines.text();
        if (line.contains(Event.SEAL.member())) {
          PrivateFiles.write(file, (line + "\n").getBytes(StandardCharsets.US_ASCII));
        }
      }
      file.force(true);
    }
    PrivateFiles.sync(directory);
  }

  /** Passes each seal to {@code taker} with its line's number. Skips lines without a seal. */
  public static void read(Path directory, ObjLongConsumer<Seal.Signed> taker) throws IOException {
    Path retired = directory.resolve(FILE);
    if (!Files.exists(retired)) {
      return;
    }
    try (LineReader lines = new LineReader(Files.newInputStream(retired))) {
      while (lines.next()) {
        long number = lines.number();
        ParsedRecord.of(lines.text())
            .flatMap(Seal::of)
            .ifPresent(seal -> taker.accept(seal, number));
      }
    }
  }
}
