package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.UnixDatagrams;
import java.nio.file.Path;

/** Sends to the datagram socket of a syslog daemon on this host, usually /dev/log. */
public final class SyslogLocal extends LocalSocket {
  private final SyslogForm form;

  public SyslogLocal(Path socket, SyslogForm form) {
    super(socket);
    this.form = form;
  }

  @Override
  void send(UnixDatagrams to, JsonNode record) throws KernelException {
    to.send(form.message(record));
  }
}
