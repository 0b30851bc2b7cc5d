package dev.dbg.deliver.sink;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.kernel.socket.UnixDatagrams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Sends to the datagram socket of a syslog daemon on this host, usually /dev/log. */
public record LocalSocket(UnixDatagrams daemon, SyslogForm form) implements Sink {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  public LocalSocket(Path path, SyslogForm form) {
    this(new UnixDatagrams(path.toString(), PATIENCE), form);
  }

  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    int sent = 0;
    try {
      for (AuditReader.Read record : records) {
        daemon.send(form.message(record.fields()));
        sent++;
      }
    } catch (IOException e) {
      if (sent == 0) {
        throw e;
      }
    }
    return sent;
  }

  @Override
  public void close() {
    daemon.close();
  }
}
