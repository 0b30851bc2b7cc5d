package dev.dbg.review;

import dev.dbg.audit.file.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the log was last verified, and whether it was intact: a file in the log's directory, so that
 * it is known after a restart. The file is read when it is first asked for, so that no start waits
 * for it or fails because of it.
 *
 * <p>For any thread.
 */
public final class LastVerification {
  static final String FILE = "verified";

  private static final Logger LOG = LoggerFactory.getLogger(LastVerification.class);

  private static final String INTACT = "intact";
  private static final String DAMAGED = "damaged";

  /** Larger than any such file. */
  private static final int MOST_BYTES = 100;

  private final Path file;

  // Guarded by this.
  private Optional<Verdict> last = Optional.empty();
  private boolean isRead;

  /** What a verification found. */
  public record Verdict(Instant at, boolean intact) {}

  /**
   * @param directory the log's
   */
  public LastVerification(Path directory) {
    file = directory.resolve(FILE);
  }

  /** The last one; empty if there was none, or if the file is damaged. */
  public synchronized Optional<Verdict> get() {
    if (!isRead) {
      isRead = true;
      last = read();
    }
    return last;
  }

  /** The whole log has been verified. */
  public synchronized void note(boolean intact) {
    Verdict now = new Verdict(Instant.now().truncatedTo(ChronoUnit.MILLIS), intact);
    isRead = true;
    last = Optional.of(now);
    try {
      PrivateFiles.replace(file, now.at + " " + (intact ? INTACT : DAMAGED));
    } catch (IOException e) {
      LOG.warn(
          "after a restart it will not be known that the log was verified: {}", e.getMessage());
      forget();
    }
  }

  /** An older result, told after a restart, would hide that the log has been found damaged. */
  private void forget() {
    try {
      boolean _ = Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("after a restart an older verification will be told: {}", e.getMessage());
    }
  }

  private Optional<Verdict> read() {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(parse(new String(in.readNBytes(MOST_BYTES), StandardCharsets.US_ASCII)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | DateTimeParseException e) {
      LOG.warn("it is not known when the log was last verified: {}: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /** The whole file has to be as {@link #note} writes it. */
  private static Verdict parse(String text) throws IOException {
    String[] words = text.split(" ", -1);
    boolean intact = words[words.length - 1].equals(INTACT + "\n");
    if (words.length != 2 || !(intact || words[1].equals(DAMAGED + "\n"))) {
      throw new IOException("it does not say TIME and intact or damaged");
    }
    return new Verdict(Instant.parse(words[0]), intact);
  }
}
