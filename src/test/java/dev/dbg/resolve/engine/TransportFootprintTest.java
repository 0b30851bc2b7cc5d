package dev.dbg.resolve.engine;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What docker-java's transport does not read for an engine behind a unix socket. */
class TransportFootprintTest {
  private static final String LIST = "org/publicsuffix/list/effective_tld_names.dat";
  private static final int FEW_BYTES = 1000;

  @Test
  void its_list_of_domains_is_dbgs_own() throws IOException {
    URL list = EngineRuntime.class.getClassLoader().getResource(LIST);
    assertNotNull(list);
    try (InputStream text = list.openStream()) {
      assertTrue(text.readAllBytes().length < FEW_BYTES, list::toString);
    }
  }

  @Test
  void it_reads_no_certificates() throws IOException, InterruptedException {
    Process made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xlog:class+load",
                "-cp",
                ManagementFactory.getRuntimeMXBean().getClassPath(),
                "dev.dbg.resolve.engine.TransportFootprintTest$MakesOne")
            .redirectErrorStream(true)
            .start();
    String loaded = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(made.waitFor(1, TimeUnit.MINUTES));
    assertTrue(loaded.contains("ZerodepDockerHttpClient"), loaded);
    assertTrue(!loaded.contains("sun.security.x509.AVA "), "certificates are read");
  }

  /** Makes a transport, in a JVM that loads nothing else. */
  static final class MakesOne {
    public static void main(String[] words) {
      Object _ = new EngineRuntime("docker", Path.of("/run/docker.sock"), "");
    }
  }
}
