package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.UnixDatagrams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends to the datagram socket of a daemon on this host. The socket is connected when there is
 * something to send, and again after a failure.
 */
public class LocalSocket implements Sink {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path path;
  private @Nullable UnixDatagrams daemon;

  private final RecordSending sending;

  /** How a record is sent. */
  interface RecordSending {
    void send(UnixDatagrams to, JsonNode record) throws KernelException;
  }

  LocalSocket(Path path, RecordSending sending) {
    this.path = path;
    this.sending = sending;
  }

  /** A syslog daemon, usually at /dev/log. */
  public static Sink syslog(Path path, SyslogForm form) {
    return new LocalSocket(path, (to, record) -> to.send(form.message(record)));
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
        sending.send(to, record.fields());
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
