package dev.dbg.session;

import dev.dbg.audit.AuditFailure;
import dev.dbg.audit.AuditLog;
import dev.dbg.audit.AuditReader;
import dev.dbg.audit.Query;
import dev.dbg.audit.Selection;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.UnixConnection;
import dev.dbg.model.Outcome;
import dev.dbg.wire.MalformedPacket;
import dev.dbg.wire.Packets;
import dev.dbg.wire.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * {@code dbg audit --follow}: what comes, until the client is gone, sends a signal, or dbgd stops.
 */
final class AuditFollow {
  /** How long a new record may wait to be shown. The writers wait for nobody who follows. */
  private static final Duration EVERY = Duration.ofMillis(300);

  private final AuditLog log;
  private final UnixConnection connection;
  private final Reply reply;

  AuditFollow(AuditLog log, UnixConnection connection, Reply reply) {
    this.log = log;
    this.connection = connection;
    this.reply = reply;
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
    connection.receiveWithin(EVERY);
    while (!log.isOver() && !hasEnded()) {
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

  /** Waits a moment for the client, which has nothing to say but signals. */
  private boolean hasEnded() {
    try {
      Optional<UnixConnection.Packet> packet = connection.receive();
      if (packet.isPresent()) {
        packet.get().descriptors().forEach(fd -> fd.close());
        reply.end(new Outcome.Signalled(Packets.signal(packet.get().bytes())));
      }
      return true;
    } catch (KernelException e) {
      return !e.isTimeout();
    } catch (MalformedPacket e) {
      return true;
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
