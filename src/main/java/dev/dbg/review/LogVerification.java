package dev.dbg.review;

import dev.dbg.audit.record.ChainHead;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.RawText;
import dev.dbg.wire.ClientWatch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Runs {@code dbgd verify} on the log that is being written. A separate process, so that dbgd's
 * memory is not used, and with the JIT compiler, which hashes ten times as fast. For one thread.
 *
 * @param dbgd the launcher
 * @param directory the log's directory
 * @param intact gets each result
 */
public record LogVerification(Path dbgd, Path directory, Consumer<Boolean> intact) {
  private static final int NOT_INTACT = 1;
  private static final Duration LOOK_UP = Duration.ofMillis(20);

  /** The most bytes of the process's output that are kept. */
  private static final int MOST = 1 << 20;

  record VerificationResult(boolean intact, String text) {}

  /**
   * Verifies the log.
   *
   * @param head the last record, which dbgd knows without reading the log
   * @param client when it disconnects, the process is killed
   * @return empty if the client disconnected
   * @throws IOException if the process cannot be started, or fails
   */
  Optional<VerificationResult> run(ChainHead head, boolean json, ClientWatch client)
      throws IOException {
    Process process = start(head, json);
    try {
      CompletableFuture<String> output = reading(process.getInputStream());
      CompletableFuture<String> error = reading(process.getErrorStream());
      while (process.isAlive()) {
        if (client.endsWithin(LOOK_UP)) {
          return Optional.empty();
        }
      }
      int status = process.exitValue();
      String text = output.join();
      // Status 1 is also that of a JVM that cannot start.
      if (status != ExitStatus.OK && !(status == NOT_INTACT && saysNotIntact(text))) {
        throw new IOException(
            "dbgd verify ended with status %d: %s"
                .formatted(status, RawText.printable((error.join() + text).strip())));
      }
      VerificationResult result = new VerificationResult(status == ExitStatus.OK, text);
      intact.accept(result.intact);
      return Optional.of(result);
    } finally {
      Process _ = process.destroyForcibly();
    }
  }

  /** Returns true if the output, text or JSON, says that the log is not intact. */
  private static boolean saysNotIntact(String text) {
    return text.contains("NOT INTACT: ") || text.contains("{\"intact\":false,");
  }

  private Process start(ChainHead head, boolean json) throws IOException {
    List<String> words = new ArrayList<>();
    // With nice(1): sessions come first when processors are scarce.
    words.addAll(List.of("nice", dbgd.toString(), "verify", directory.toString(), "--live"));
    words.addAll(List.of("--head", head.toString()));
    if (json) {
      words.add("--json");
    }
    ProcessBuilder builder = new ProcessBuilder(words).directory(Path.of("/").toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private static CompletableFuture<String> reading(InputStream in) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread _ =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    text.complete(new String(in.readNBytes(MOST), StandardCharsets.UTF_8));
                  } catch (IOException e) {
                    text.complete("");
                  }
                });
    return text;
  }
}
