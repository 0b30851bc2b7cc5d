package dev.dbg.audit.read;

import dev.dbg.audit.record.ChainLink;
import dev.dbg.audit.record.RecordField;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The newest wanted and readable records. They are found by reading backwards, and passed on the
 * oldest first. Few bytes are passed on from memory; of more, only the numbers are kept, and the
 * log is read again from the first of them on.
 *
 * <p>For one thread.
 */
public final class NewestRecords {
  /** The most bytes of lines to hold. */
  private static final int MOST_HELD = 1 << 20;

  private final Path directory;
  private final NavigableSet<Long> numbers = new TreeSet<>();
  private List<String> held = new ArrayList<>();
  private long size;
  private int found;

  private NewestRecords(Path directory) {
    this.directory = directory;
  }

  /**
   * Finds at most {@code count}.
   *
   * @param isWanted asked at each line whether anybody wants them yet
   */
  public static NewestRecords of(
      Path directory, int count, Query query, ReadPermission readable, BooleanSupplier isWanted)
      throws IOException {
    NewestRecords newest = new NewestRecords(directory);
    if (count > 0) {
      AuditReader.backward(
          directory,
          query,
          readable,
          AuditReader.RecordTaker.of(
              read -> {
                newest.add(read);
                return newest.found < count;
              },
              isWanted));
    }
    return newest;
  }

  private void add(AuditReader.Read read) {
    found++;
    numbers.add(RecordField.SEQ.number(read.fields()));
    size += read.line().length();
    if (size <= MOST_HELD) {
      held.add(read.line());
    } else {
      held = List.of();
    }
  }

  /** Passes them to {@code taker}, the oldest first, while it returns true. */
  public void give(Predicate<AuditReader.Read> taker) throws IOException {
    if (size > MOST_HELD) {
      AuditReader.forward(directory, numbers.first(), line -> !isWanted(line) || give(line, taker));
      return;
    }
    for (String line : held.reversed()) {
      if (!give(line, taker)) {
        return;
      }
    }
  }

  private boolean isWanted(String line) {
    return numbers.contains(ChainLink.seq(line));
  }

  private static boolean give(String line, Predicate<AuditReader.Read> taker) {
    Optional<AuditReader.Read> read = AuditReader.read(line);
    return read.isEmpty() || taker.test(read.get());
  }
}
