package dev.dbg.kube;

import java.io.IOException;
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
