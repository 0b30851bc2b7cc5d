package dev.dbg.metrics;

import dev.dbg.kernel.file.ReplacedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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
  private static final Duration LAST_CHANCE = Duration.ofSeconds(2);

  private final Path file;
  private final Supplier<Exposition> metrics;
  private final Thread thread;

  /** Used by the thread only. */
  private String trouble = "";

  // Guarded by this.
  private boolean closed;

  private MetricsWriter(Path file, Supplier<Exposition> metrics) {
    this.file = file;
    this.metrics = metrics;
    this.thread = Thread.ofPlatform().name("metrics").daemon().unstarted(this::writeAgainAndAgain);
  }

  /** Writes now and from now on. */
  public static MetricsWriter start(Path file, Supplier<Exposition> metrics) {
    MetricsWriter writer = new MetricsWriter(file, metrics);
    writer.thread.start();
    return writer;
  }

  private void writeAgainAndAgain() {
    boolean last;
    do {
      last = isClosed();
      write();
    } while (!last && isTimeOrClosed());
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

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Waits until the metrics are to be written again. */
  private synchronized boolean isTimeOrClosed() {
    long deadline = System.nanoTime() + EVERY.toNanos();
    try {
      for (long left = EVERY.toMillis();
          !closed && left > 0;
          left = (deadline - System.nanoTime()) / 1_000_000) {
        wait(left);
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Writes a last time, if that does not take long. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      boolean _ = thread.join(LAST_CHANCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
