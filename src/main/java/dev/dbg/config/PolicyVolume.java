package dev.dbg.config;

import dev.dbg.kernel.file.KubeletVolume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reloads a policy that is a ConfigMap when the kubelet has replaced it: nobody sends a signal to a
 * container for that, nor again if it failed. A policy that is no ConfigMap is not looked at.
 */
public final class PolicyVolume {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyVolume.class);

  private static final long EVERY_SECONDS = 2;

  /** In looks: what fails is tried again after so many, then after twice as many each time. */
  private static final int FIRST_PAUSE = 2;

  private static final int LONGEST_PAUSE = 1800;

  private final KubeletVolume volume;
  private String seen;
  private int pause;
  private int looksLeft;

  private PolicyVolume(KubeletVolume volume) {
    this.volume = volume;
    this.seen = state();
  }

  /** As it is now, which is to be read after this; empty if the policy is no ConfigMap. */
  public static Optional<PolicyVolume> at(Path policy) {
    return KubeletVolume.at(policy).map(PolicyVolume::new);
  }

  /**
   * Looks every other second; reloads in a thread of its own, as that may wait for the disk.
   *
   * @param isInForce whether what was last read is
   */
  public void watch(ScheduledExecutorService timer, Runnable reload, BooleanSupplier isInForce) {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> look(reload, isInForce), EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  private void look(Runnable reload, BooleanSupplier isInForce) {
    String now = state();
    if (!now.equals(seen)) {
      seen = now;
      pause = FIRST_PAUSE;
    } else if (isInForce.getAsBoolean() || --looksLeft > 0) {
      return;
    } else {
      pause = Math.clamp(2L * pause, FIRST_PAUSE, LONGEST_PAUSE);
    }
    looksLeft = pause;
    try {
      Thread _ = Thread.ofPlatform().name("policy").start(reload);
    } catch (OutOfMemoryError e) {
      // No thread can be started just now. Thrown on, it would be the last look.
      LOG.warn("the policy is read later: {}", e.getMessage());
      seen = "";
    }
  }

  /** Empty while there is none. */
  private String state() {
    try {
      return volume.state();
    } catch (IOException e) {
      return "";
    }
  }
}
