package dev.dbg.deliver;

import dev.dbg.audit.AuditReader;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.UnixDatagrams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A syslog daemon of this host, by its datagram socket, which is usually /dev/log. */
final class SyslogLocal implements Sink {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path socket;
  private final SyslogForm form;
  private @Nullable UnixDatagrams daemon;

  SyslogLocal(Path socket, SyslogForm form) {
    this.socket = socket;
    this.form = form;
  }

  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    UnixDatagrams to = daemon;
    if (to == null) {
      to = UnixDatagrams.to(socket, PATIENCE);
      daemon = to;
    }
    int sent = 0;
    try {
      for (AuditReader.Read record : records) {
        to.send(form.message(record));
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
