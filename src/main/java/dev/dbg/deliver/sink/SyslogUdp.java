package dev.dbg.deliver.sink;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.http.ServerAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends datagrams to a syslog server, RFC 5426. They are not acknowledged; the only failure that is
 * noticed is a closed port, if its host reports that in time.
 */
public final class SyslogUdp implements Sink {
  /** How long to wait for the report of a closed port. */
  private static final long ANSWER_NANOS = 50_000_000;

  private final ServerAddress address;
  private final SyslogForm form;
  private @Nullable DatagramChannel server;

  public SyslogUdp(ServerAddress address, SyslogForm form) {
    this.address = address;
    this.form = form;
  }

  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    try {
      DatagramChannel to = server();
      // One record first: if the port is closed, the others are not lost.
      int _ = to.write(ByteBuffer.wrap(form.message(records.getFirst().fields())));
      listen(to);
      for (AuditReader.Read record : records.subList(1, records.size())) {
        int _ = to.write(ByteBuffer.wrap(form.message(record.fields())));
      }
      listen(to);
      return records.size();
    } catch (PortUnreachableException e) {
      close();
      throw new IOException(address + ": nothing listens on that port", e);
    } catch (IOException e) {
      close();
      throw new IOException("%s: %s".formatted(address, e.getMessage()), e);
    }
  }

  private DatagramChannel server() throws IOException {
    DatagramChannel to = server;
    if (to == null) {
      InetSocketAddress resolved = address.resolve();
      to = DatagramChannel.open();
      server = to;
      DatagramChannel _ = to.connect(resolved);
      var _ = to.configureBlocking(false);
    }
    return to;
  }

  /** An ICMP error is returned by the next call. */
  private static void listen(DatagramChannel to) throws IOException {
    LockSupport.parkNanos(ANSWER_NANOS);
    int _ = to.read(ByteBuffer.allocate(1));
  }

  @Override
  public void close() throws IOException {
    if (server != null) {
      server.close();
      server = null;
    }
  }
}
