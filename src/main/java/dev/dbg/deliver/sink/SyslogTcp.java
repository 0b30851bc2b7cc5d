package dev.dbg.deliver.sink;

import dev.dbg.audit.read.AuditReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A syslog server that takes a stream, RFC 6587, its messages counted in octets.
 *
 * <p>Syslog has no acknowledgement, and that TCP took some bytes says little: they may lie in a
 * buffer here or there, and go with it. But a server that reads the end of a stream has read all
 * before it, and closes. One that closes sooner resets what comes after, which {@link TcpEnd} sees.
 * So each batch has a connection of its own, which is closed on this side when it is sent, and the
 * server has it when it has closed on its side as well.
 */
public final class SyslogTcp implements Sink {
  private final ServerAddress address;
  private final SyslogForm form;
  private final Duration patience;
  private final ScheduledThreadPoolExecutor deadlines;

  /**
   * @param patience how long a batch may take from the connection to the server's closing
   */
  public SyslogTcp(ServerAddress address, SyslogForm form, Duration patience) {
    this.address = address;
    this.form = form;
    this.patience = patience;
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("syslog-deadline").daemon().factory());
    deadlines.setRemoveOnCancelPolicy(true);
  }

  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    int millis = Math.toIntExact(patience.toMillis());
    Socket server = new Socket();
    // A write has no time-out of its own, and a server that never reads would hold it for ever.
    ScheduledFuture<?> deadline =
        deadlines.schedule(() -> abandon(server), millis, TimeUnit.MILLISECONDS);
    try (server) {
      server.connect(address.resolve(), millis);
      OutputStream out = new BufferedOutputStream(server.getOutputStream(), 1 << 16);
      for (AuditReader.Read record : records) {
        byte[] message = form.message(record);
        out.write((message.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.write(message);
      }
      out.flush();
      server.shutdownOutput();
      awaitClose(server);
      if (!TcpEnd.isOfAll(server)) {
        throw new IOException("it closed before it had read all");
      }
      return records.size();
    } catch (IOException e) {
      String why =
          deadline.isDone()
              ? "it does not take all and close within %d s".formatted(patience.toSeconds())
              : e.getMessage();
      throw new IOException("%s: %s".formatted(address, why), e);
    } finally {
      boolean _ = deadline.cancel(false);
    }
  }

  /** What it says, if anything, is nothing to us. */
  private static void awaitClose(Socket server) throws IOException {
    byte[] said = new byte[512];
    while (server.getInputStream().read(said) >= 0) {
      // until it closes
    }
  }

  private static void abandon(Socket server) {
    try {
      server.close();
    } catch (IOException e) {
      // It is given up anyway.
    }
  }

  @Override
  public void close() {
    var _ = deadlines.shutdownNow();
  }
}
