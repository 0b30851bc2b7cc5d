package dev.dbg.config;

import dev.dbg.kernel.file.KubeletVolume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reloads a policy that is a ConfigMap when the kubelet has replaced it: nobody sends a signal to a
 * container for that. A policy that is no ConfigMap is not looked at.
 */
public final class PolicyVolume {
  private static final long EVERY_SECONDS = 2;

  private final KubeletVolume volume;
  private String seen;

  private PolicyVolume(KubeletVolume volume) {
    this.volume = volume;
    this.seen = state();
  }

  /** As it is now, which is to be read after this; empty if the policy is no ConfigMap. */
  public static Optional<PolicyVolume> at(Path policy) {
    return KubeletVolume.at(policy).map(PolicyVolume::new);
  }

  /** Looks every other second; reloads in a thread of its own, as that may wait for the disk. */
  public void watch(ScheduledExecutorService timer, Runnable reload) {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> look(reload), EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  private void look(Runnable reload) {
    String now = state();
    if (!now.equals(seen)) {
      seen = now;
      Thread _ = Thread.ofPlatform().name("policy").start(reload);
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
