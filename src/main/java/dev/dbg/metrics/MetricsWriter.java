package dev.dbg.metrics;

import dev.dbg.kernel.file.ReplacedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the metrics to a file, in a thread of its own, so that a full or hanging disk delays
 * nothing else. If it cannot be written, the old file stays, and its readers see how old it is.
 */
public final class MetricsWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("metrics");
  private static final Duration EVERY = Duration.ofSeconds(15);

  /** Longer than all runtimes together may take, which are perhaps being asked. */
  private static final Duration LAST_CHANCE = Duration.ofSeconds(10);

  private final Path file;
  private final Supplier<Exposition> metrics;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("metrics").daemon().factory());

  /** Used by the timer's thread only. */
  private String trouble = "";

  private MetricsWriter(Path file, Supplier<Exposition> metrics) {
    this.file = file;
    this.metrics = metrics;
  }

  /** Writes now and from now on. */
  public static MetricsWriter start(Path file, Supplier<Exposition> metrics) {
    MetricsWriter writer = new MetricsWriter(file, metrics);
    ScheduledFuture<?> _ =
        writer.timer.scheduleWithFixedDelay(writer::write, 0, EVERY.toSeconds(), TimeUnit.SECONDS);
    return writer;
  }

  private void write() {
    String now = "";
    try {
      ReplacedFile.write(file, metrics.get().toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      now = String.valueOf(e.getMessage());
    }
    if (!now.isEmpty() && !now.equals(trouble)) {
      LOG.warn("the metrics cannot be written to {}: {}: the old file stays there", file, now);
    } else if (now.isEmpty() && !trouble.isEmpty()) {
      LOG.info("the metrics are written to {} again", file);
    }
    trouble = now;
  }

  /** Writes a last time, if that does not take long. */
  @Override
  public void close() {
    timer.execute(this::write);
    timer.shutdown();
    try {
      boolean _ = timer.awaitTermination(LAST_CHANCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
