package dev.dbg.deliver.sink;

import dev.dbg.audit.read.AuditReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A syslog daemon of this host, by its datagram socket, which is usually /dev/log. */
public final class SyslogLocal implements Sink {
  private final LocalSocket daemon;
  private final SyslogForm form;

  public SyslogLocal(Path socket, SyslogForm form) {
    this.daemon = new LocalSocket(socket);
    this.form = form;
  }

  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    return daemon.send(records, (to, record) -> to.send(form.message(record)));
  }

  @Override
  public void close() {
    daemon.close();
  }
}
