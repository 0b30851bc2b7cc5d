package dev.dbg.deliver.sink;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.UnixDatagrams;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A daemon of this host, by its datagram socket, which is connected to when there is something to
 * send, and anew after a failure. For one thread.
 */
final class LocalSocket implements Closeable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path path;
  private @Nullable UnixDatagrams daemon;

  LocalSocket(Path path) {
    this.path = path;
  }

  /** How one record is sent. */
  interface Each {
    void send(UnixDatagrams to, AuditReader.Read record) throws KernelException;
  }

  /** Sends records one by one, as {@link Sink#send} has it. */
  int send(List<AuditReader.Read> records, Each each) throws IOException {
    UnixDatagrams to = daemon;
    if (to == null) {
      to = UnixDatagrams.to(path, PATIENCE);
      daemon = to;
    }
    int sent = 0;
    try {
      for (AuditReader.Read record : records) {
        each.send(to, record);
        sent++;
      }
    } catch (KernelException e) {
      close();
      if (sent == 0) {
        throw e;
      }
    }
    return sent;
  }

  @Override
  public void close() {
    if (daemon != null) {
      daemon.close();
      daemon = null;
    }
  }
}
