package dev.dbg.session;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.read.Selection;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * {@code dbg audit --follow}: what comes, until the client is gone, sends a signal, or dbgd stops.
 */
final class AuditFollow {
  /** How long a new record may wait to be shown. The writers wait for nobody who follows. */
  private static final Duration EVERY = Duration.ofMillis(300);

  private final AuditLog log;
  private final Attendance client;

  AuditFollow(AuditLog log, Attendance client) {
    this.log = log;
    this.client = client;
  }

  /** What may be read at the moment. */
  interface Current {
    /**
     * Asks.
     *
     * @throws AuditFailure when nothing may be shown any more
     */
    ReadableRecords readable() throws AuditFailure;
  }

  void from(
      long seq, Query query, Current current, BiConsumer<ReadableRecords, AuditReader.Read> shown)
      throws IOException, AuditFailure {
    long last = seq;
    Selection selection = new Selection(query);
    while (!log.isOver() && !client.endsWithin(EVERY)) {
      ReadableRecords readable = current.readable();
      long head = log.head().seq();
      if (head > last) {
        between(last, head).stream()
            .filter(read -> selection.picks(read.fields(), readable))
            .forEach(read -> shown.accept(readable, read));
        last = head;
      }
    }
  }

  private List<AuditReader.Read> between(long after, long last) throws IOException {
    List<AuditReader.Read> found = new ArrayList<>();
    AuditReader.since(
        log.settings().directory(),
        after,
        read -> {
          if (read.fields().path("seq").asLong() <= last) {
            found.add(read);
          }
        });
    return found.reversed();
  }
}
