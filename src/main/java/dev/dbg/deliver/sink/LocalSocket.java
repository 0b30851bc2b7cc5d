package dev.dbg.deliver.sink;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.UnixDatagrams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends to the datagram socket of a syslog daemon on this host, usually /dev/log. The socket is
 * connected when there is something to send, and again after a failure.
 */
public final class LocalSocket implements Sink {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path path;
  private final SyslogForm form;
  private @Nullable UnixDatagrams daemon;

  public LocalSocket(Path path, SyslogForm form) {
    this.path = path;
    this.form = form;
  }

  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    UnixDatagrams to = daemon;
    if (to == null) {
      to = UnixDatagrams.to(path.toString(), PATIENCE);
      daemon = to;
    }
    int sent = 0;
    try {
      for (AuditReader.Read record : records) {
        to.send(form.message(record.fields()));
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
