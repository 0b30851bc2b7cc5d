package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.MemoryFile;
import dev.dbg.kernel.socket.UnixDatagrams;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Sends to the journal's native socket. An entry that is too large for a datagram is sent as a
 * sealed memory file.
 *
 * <p>By default journald drops a service's messages beyond 10000 in 30 seconds, and reports that in
 * the journal only. So at most 250 a second are sent; the rest waits in the log.
 */
public final class JournalSink extends LocalSocket {
  /** journald's socket. */
  public static final Path SOCKET = Path.of("/run/systemd/journal/socket");

  public JournalSink(Path socket) {
    super(socket, JournalSink::send);
  }

  private static void send(UnixDatagrams to, JsonNode record) throws KernelException {
    byte[] entry = JournalEntry.of(record);
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
}
