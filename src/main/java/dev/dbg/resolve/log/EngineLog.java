package dev.dbg.resolve.log;

import dev.dbg.kernel.SplicedPipe;
import dev.dbg.kernel.socket.StreamConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A log that one of root's engines gives out. The connection is root's power over that engine, so
 * it stays with dbgd; what comes from it goes on unseen, its head too.
 */
public record EngineLog(StreamConnection connection, String request) implements ContainerLog {
  /**
   * The path of the request. Podman's own API has frames for every container; in Docker's, which it
   * has too, one with a terminal has none, and nothing says so.
   */
  public static String request(String scheme, String id, LogWanted wanted) {
    String own = scheme.equals("podman") ? "/v4.0.0/libpod" : "";
    return "%s/containers/%s/logs?stdout=true&stderr=true&follow=%b&timestamps=%b&tail=%s%s"
        .formatted(
            own,
            id,
            wanted.follow(),
            wanted.timestamps(),
            wanted.tail().orElse("all"),
            wanted.since().map(since -> "&since=" + seconds(since)).orElse(""));
  }

  private static String seconds(Instant since) {
    return "%d.%09d".formatted(since.getEpochSecond(), since.getNano());
  }

  /** In HTTP/1.0, so that the end of the connection ends the answer. */
  @Override
  public void moveTo(SplicedPipe feed) throws IOException {
    connection.send(
        "GET %s HTTP/1.0\r\nHost: d\r\n\r\n"
            .formatted(request)
            .getBytes(StandardCharsets.US_ASCII));
    connection.moveTo(feed);
  }

  @Override
  public void stop() {
    connection.shutDown();
  }

  @Override
  public void close() {
    connection.close();
  }
}
