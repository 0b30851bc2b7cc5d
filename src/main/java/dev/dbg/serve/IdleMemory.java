package dev.dbg.serve;

import dev.dbg.kernel.process.MappedFiles;
import dev.dbg.session.SessionLimits.Place;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives memory back to the host when nobody has been served for a while: collects the heap, once,
 * and gives back the pages of mapped files. Some of these return, because dbgd's own threads go on:
 * they are given back again when there are many.
 *
 * <p>A client costs nothing but counting. One timer runs while nobody is served; it is not set
 * again for each client, but for what is left when it ends too early.
 *
 * <p>For any thread.
 */
public final class IdleMemory {
  private static final Logger LOG = LoggerFactory.getLogger(IdleMemory.class);
  private static final Duration AFTER = Duration.ofSeconds(10);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(3);

  private final ScheduledExecutorService timer;
  private final Duration after;
  private final Duration againAfter;
  private final Owned owned;

  private int served;
  private boolean isTimed;

  /** When the last client ended. */
  private long idleSince;

  /** Whether the heap has been collected since then. */
  private boolean isCollected;

  /** What can be given back; tests count. */
  interface Owned {
    void collect();

    void giveBackFiles() throws IOException;
  }

  public IdleMemory(ScheduledExecutorService timer) {
    this(timer, AFTER, AGAIN_AFTER, new OfProcess());
  }

  IdleMemory(ScheduledExecutorService timer, Duration after, Duration againAfter, Owned owned) {
    this.timer = timer;
    this.after = after;
    this.againAfter = againAfter;
    this.owned = owned;
  }

  /** The same place; until it is closed, somebody is served. */
  public Place during(Place place) {
    begin();
    return () -> {
      try {
        place.close();
      } finally {
        end();
      }
    };
  }

  private synchronized void begin() {
    served++;
  }

  private synchronized void end() {
    served--;
    idleSince = System.nanoTime();
    isCollected = false;
    if (served == 0 && !isTimed) {
      setTimer(after.toNanos());
    }
  }

  private void setTimer(long nanos) {
    isTimed = true;
    ScheduledFuture<?> _ = timer.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }

  /** Whoever comes meanwhile does not wait for the lock. */
  private void look() {
    boolean collects;
    synchronized (this) {
      long left = idleSince + after.toNanos() - System.nanoTime();
      if (served > 0) {
        // The end of the last one sets the timer.
        isTimed = false;
        return;
      }
      if (left > 0) {
        setTimer(left);
        return;
      }
      collects = !isCollected;
      isCollected = true;
    }
    try {
      if (collects) {
        owned.collect();
      }
      owned.giveBackFiles();
    } catch (IOException | RuntimeException e) {
      LOG.warn("memory cannot be given back while dbgd is idle: {}", e.getMessage());
    }
    synchronized (this) {
      setTimer(againAfter.toNanos());
    }
  }

  private static final class OfProcess implements Owned {
    @Override
    public void collect() {
      System.gc();
    }

    @Override
    public void giveBackFiles() throws IOException {
      MappedFiles.giveBack();
    }
  }
}
