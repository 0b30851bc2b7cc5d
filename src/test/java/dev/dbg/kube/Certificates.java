package dev.dbg.kube;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An authority, and a server with a certificate of it, made by openssl in a directory. */
public final class Certificates {
  private static final String PASSWORD = "test";
  private static final String KEY =
      "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=%s -keyout %s.key";

  private final Path directory;

  public Certificates(Path directory) throws Exception {
    this.directory = Files.createDirectories(directory);
    openssl("req -x509 -days 36500 %s -out ca.crt".formatted(KEY.formatted("authority", "ca")));
  }

  /** The authority's certificate. */
  public Path authority() {
    return directory.resolve("ca.crt");
  }

  /** What a server needs that is called so, as in a certificate: {@code IP:127.0.0.1}. */
  public SSLContext server(String name) throws Exception {
    Path _ = Files.writeString(directory.resolve("names"), "subjectAltName=" + name + "\n");
    openssl("req %s -out server.csr".formatted(KEY.formatted("server", "server")));
    openssl(
        "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 36500"
            + " -extfile names -out server.crt");
    openssl(
        "pkcs12 -export -inkey server.key -in server.crt -out server.p12 -passout pass:"
            + PASSWORD);
    KeyStore store =
        KeyStore.getInstance(directory.resolve("server.p12").toFile(), PASSWORD.toCharArray());
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** A server that is called so, and sends tickets of TLS 1.3 without end instead of an answer. */
  public Tickets tickets(String name) throws Exception {
    SSLContext _ = server(name);
    String command = "openssl s_server -tls1_3 -accept 127.0.0.1:0 -num_tickets 1000000";
    Process server =
        new ProcessBuilder((command + " -cert server.crt -key server.key").split(" ", -1))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    BufferedReader said = server.inputReader();
    String line = said.readLine();
    while (!line.startsWith("ACCEPT ")) {
      line = said.readLine();
    }
    return new Tickets(server, URI.create("https://" + line.substring("ACCEPT ".length())));
  }

  /** Such a server. */
  public record Tickets(Process server, URI address) implements AutoCloseable {
    @Override
    public void close() {
      server.destroy();
    }
  }

  private void openssl(String words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(words.split(" ", -1)));
    Path log = directory.resolve("openssl.log");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + Files.readString(log));
    }
  }
}
