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
 * The time and result of the log's last verification, in a file beside the log, so that a restart
 * does not lose them. The file is read on first use, so that no start waits for it. Thread-safe.
 */
public final class LastVerification {
  static final String FILE = "verified";

  private static final Logger LOG = LoggerFactory.getLogger(LastVerification.class);

  private static final String INTACT = "intact";
  private static final String DAMAGED = "damaged";

  /** The largest size of the file that is read; dbgd writes less. */
  private static final int MOST_BYTES = 100;

  private final Path file;

  private Optional<Verdict> last = Optional.empty();
  private boolean isRead;

  public record Verdict(Instant at, boolean intact) {}

  /**
   * @param directory the log's
   */
  public LastVerification(Path directory) {
    file = directory.resolve(FILE);
  }

  /** Returns the last result; empty if there was none, or if the file is damaged. */
  public synchronized Optional<Verdict> get() {
    if (!isRead) {
      isRead = true;
      last = read();
    }
    return last;
  }

  /** Notes a verification of the whole log. */
  public synchronized void note(boolean intact) {
    Verdict now = new Verdict(Instant.now().truncatedTo(ChronoUnit.MILLIS), intact);
    isRead = true;
    last = Optional.of(now);
    try {
      PrivateFiles.replace(file, now.at + " " + (intact ? INTACT : DAMAGED));
    } catch (IOException e) {
      LOG.warn("the result of this verification is lost at the next restart: {}", e.getMessage());
      forget();
    }
  }

  /**
   * Removes the file: after a restart, an old good result would hide that the log was found
   * damaged.
   */
  private void forget() {
    try {
      boolean _ = Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn(
          "the result of this verification is lost at the next restart: an older one will be reported: {}",
          e.getMessage());
    }
  }

  private Optional<Verdict> read() {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(parse(new String(in.readNBytes(MOST_BYTES), StandardCharsets.US_ASCII)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | DateTimeParseException e) {
      LOG.warn("the last verification of the log is unknown: {}: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /** Throws if the text differs in any way from the form that {@link #note} writes. */
  private static Verdict parse(String text) throws IOException {
    String[] words = text.split(" ", -1);
    boolean intact = words[words.length - 1].equals(INTACT + "\n");
    if (words.length != 2 || !(intact || words[1].equals(DAMAGED + "\n"))) {
      throw new IOException("not 'TIME intact' or 'TIME damaged'");
    }
    return new Verdict(Instant.parse(words[0]), intact);
  }
}
