package dev.dbg.deliver;

import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.audit.record.ChainHead;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number and hash of the last record delivered to a receiver, on one line as {@code
 * NUMBER:HASH}.
 *
 * <p>For one thread of one process.
 */
record CursorFile(Path path) {
  static final String SUFFIX = ".cursor";

  /** Larger than any such file. */
  static final int MOST_BYTES = 200;

  private static final Pattern FORM = Pattern.compile("(\\d{1,18}):([0-9a-f]{64})\\n?");

  static CursorFile of(Path directory, String name) {
    return new CursorFile(directory.resolve(name + SUFFIX));
  }

  /** Empty if nothing was delivered yet. */
  Optional<ChainHead> read() throws IOException {
    try (InputStream file = Files.newInputStream(path)) {
      return Optional.of(parse(file.readNBytes(MOST_BYTES)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Parses the file's bytes; fails when they do not have its form. */
  ChainHead parse(byte[] bytes) throws IOException {
    Matcher form = FORM.matcher(new String(bytes, StandardCharsets.US_ASCII));
    if (!form.matches()) {
      throw new IOException(
          "%s does not say NUMBER:HASH: remove it, and the whole log is sent again"
              .formatted(path));
    }
    return new ChainHead(Long.parseLong(form.group(1)), form.group(2));
  }

  void write(ChainHead had) throws IOException {
    PrivateFiles.replace(path, had.toString());
  }
}
