package dev.dbg.nativetests.scene.host;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dbg.nativetests.scene.machine.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** An authority of time-stamps, RFC 3161: openssl's, behind a server on the loopback. */
public final class TimeAuthority implements AutoCloseable {
  private final Path directory;
  private final HttpServer server;

  private TimeAuthority(Path directory, HttpServer server) {
    this.directory = directory;
    this.server = server;
  }

  /** Starts one with keys of its own; its files stay in {@code directory}. */
  public static TimeAuthority in(Path directory) {
    try {
      Files.writeString(
          directory.resolve("config"),
          """
          [one]
          serial = %1$s/serial
          signer_cert = %1$s/signer.pem
          signer_key = %1$s/signer.key
          signer_digest = sha256
          default_policy = 1.2.3.4
          digests = sha256
          ess_cert_id_alg = sha256
          """
              .formatted(directory));
      Files.writeString(
          directory.resolve("purpose"),
          "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n");
      run(
          directory,
          "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.pem");
      run(
          directory,
          "req -newkey rsa:2048 -nodes -subj /CN=tsa -keyout signer.key -out signer.csr");
      run(
          directory,
          "x509 -req -in signer.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile purpose"
              + " -out signer.pem");
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      TimeAuthority authority = new TimeAuthority(directory, server);
      var _ = server.createContext("/", authority::answer);
      server.start();
      return authority;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Path directory, String words) {
    String _ = Command.must("sh", "-c", "cd %s && exec openssl %s".formatted(directory, words));
  }

  private void answer(HttpExchange exchange) throws IOException {
    Files.write(directory.resolve("query"), exchange.getRequestBody().readAllBytes());
    run(directory, "ts -reply -queryfile query -config config -section one -out reply");
    byte[] reply = Files.readAllBytes(directory.resolve("reply"));
    exchange.sendResponseHeaders(200, reply.length);
    exchange.getResponseBody().write(reply);
    exchange.close();
  }

  /** As dbgd.toml has it. */
  public String address() {
    return "http://127.0.0.1:%d/".formatted(server.getAddress().getPort());
  }

  /** The certificate that its own leads to. */
  public Path certificate() {
    return directory.resolve("ca.pem");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
