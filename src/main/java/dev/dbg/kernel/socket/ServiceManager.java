package dev.dbg.kernel.socket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Notifies systemd of the service's state, sd_notify(3). Does nothing without a service manager.
 */
public final class ServiceManager {
  private ServiceManager() {}

  /** Sends {@code state}: lines of {@code KEY=VALUE}. */
  public static void tell(String state) throws IOException {
    String path = System.getenv("NOTIFY_SOCKET");
    if (path == null) {
      return;
    }
    try (UnixDatagrams manager = new UnixDatagrams(path, Duration.ZERO)) {
      manager.send(state.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The longest interval between {@code WATCHDOG=1} messages, sd_watchdog_enabled(3). */
  public static Optional<Duration> watchdog() {
    String micros = System.getenv("WATCHDOG_USEC");
    return micros == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Long.parseLong(micros) * 1000));
  }
}
