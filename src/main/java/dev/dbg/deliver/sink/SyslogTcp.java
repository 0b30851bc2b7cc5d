package dev.dbg.deliver.sink;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.http.ServerAddress;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Sends to a syslog server over TCP, RFC 6587, with octet counting.
 *
 * <p>Syslog has no acknowledgement, so delivery is best effort. Each batch has a connection of its
 * own. This side ends the stream after the batch; the batch counts as delivered when the server
 * closes its side too. After any error, including a reset, the whole batch is sent again. A server
 * that closes before it has read everything cannot be told from one that has read it.
 *
 * @param patience how long a batch may take from the connection to the server's closing
 */
public record SyslogTcp(ServerAddress address, SyslogForm form, Duration patience) implements Sink {
  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    int millis = Math.toIntExact(patience.toMillis());
    ServerAddress.Connection server = new ServerAddress.Connection(patience);
    try (server) {
      server.connect(address.resolve(), millis);
      OutputStream out = new BufferedOutputStream(server.getOutputStream(), 1 << 16);
      for (AuditReader.Read record : records) {
        byte[] message = form.message(record.fields());
        out.write((message.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.write(message);
      }
      out.flush();
      server.shutdownOutput();
      // What the server sends, if anything, is ignored.
      long _ = server.getInputStream().transferTo(OutputStream.nullOutputStream());
      return records.size();
    } catch (IOException e) {
      String why =
          server.isLate()
              ? "the server did not read everything and close within %d s"
                  .formatted(patience.toSeconds())
              : e.getMessage();
      throw new IOException("%s: %s".formatted(address, why), e);
    }
  }
}
