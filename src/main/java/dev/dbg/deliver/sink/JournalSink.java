package dev.dbg.deliver.sink;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.MemoryFile;
import dev.dbg.kernel.socket.UnixDatagrams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The journal, by its native socket. An entry that is too large for a datagram goes as a sealed
 * file in memory.
 *
 * <p>journald drops, by default, what a service says beyond 10000 messages in 30 seconds, and says
 * so to nobody but itself. So no more than 250 a second are sent: what comes faster waits in the
 * log.
 */
public final class JournalSink implements Sink {
  /** Where journald listens. */
  public static final Path SOCKET = Path.of("/run/systemd/journal/socket");

  private final LocalSocket journal;

  public JournalSink(Path socket) {
    this.journal = new LocalSocket(socket);
  }

  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    return journal.send(records, (to, record) -> send(to, JournalEntry.of(record.fields())));
  }

  private static void send(UnixDatagrams to, byte[] entry) throws KernelException {
    try {
      to.send(entry);
    } catch (KernelException e) {
      if (!e.isTooLarge()) {
        throw e;
      }
      try (MemoryFile file = MemoryFile.sealed("journal-entry", entry)) {
        to.send(file);
      }
    }
  }

  @Override
  public int most() {
    return 50;
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(200);
  }

  @Override
  public void close() {
    journal.close();
  }
}
