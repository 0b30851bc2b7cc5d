package dev.dbg.review;

import dev.dbg.audit.record.ChainHead;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.RawText;
import dev.dbg.wire.ClientWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@code dbgd verify} of the log that is being written, in a process of its own: it has a compiler
 * that makes hashing ten times as fast, and memory that is not dbgd's.
 *
 * <p>For one thread.
 *
 * @param dbgd the launcher
 * @param directory the log's
 */
public record LogVerification(Path dbgd, Path directory) {
  private static final int NOT_INTACT = 1;
  private static final Duration LOOK_UP = Duration.ofMillis(20);

  /** A longer answer is none of verify's. */
  private static final int MOST = 1 << 20;

  /** What it found. */
  record Said(boolean intact, String text) {}

  /**
   * Verifies.
   *
   * @param head how far the log had come, which dbgd knows without reading it
   * @param client while it is there; its end ends the verifying
   * @return empty if the client is gone
   * @throws IOException if it cannot be started, or knows no answer
   */
  Optional<Said> run(ChainHead head, boolean json, ClientWatch client) throws IOException {
    Process process = start(head, json);
    try {
      CompletableFuture<String> output = reading(process.getInputStream()::readNBytes);
      CompletableFuture<String> error = reading(process.getErrorStream()::readNBytes);
      while (process.isAlive()) {
        if (client.endsWithin(LOOK_UP)) {
          return Optional.empty();
        }
      }
      if (process.exitValue() != ExitStatus.OK && process.exitValue() != NOT_INTACT) {
        throw new IOException(
            "dbgd verify ended with status %d: %s"
                .formatted(process.exitValue(), RawText.printable(error.join().strip())));
      }
      return Optional.of(new Said(process.exitValue() == ExitStatus.OK, output.join()));
    } finally {
      Process _ = process.destroyForcibly();
    }
  }

  private Process start(ChainHead head, boolean json) throws IOException {
    List<String> words = new ArrayList<>();
    words.addAll(List.of(dbgd.toString(), "verify", directory.toString(), "--live"));
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

  /** Bytes of a stream, at most as many as are asked for. */
  private interface Source {
    byte[] read(int most) throws IOException;
  }

  private static CompletableFuture<String> reading(Source source) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread _ =
        Thread.startVirtualThread(
            () -> {
              try {
                text.complete(new String(source.read(MOST), StandardCharsets.UTF_8));
              } catch (IOException e) {
                text.complete("");
              }
            });
    return text;
  }
}
