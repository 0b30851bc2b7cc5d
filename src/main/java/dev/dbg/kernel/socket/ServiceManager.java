package dev.dbg.kernel.socket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Telling systemd how the service is, sd_notify(3). Nothing is told, and nothing fails, where no
 * service manager asked.
 */
public final class ServiceManager {
  private ServiceManager() {}

  /** Sends {@code state}: lines of {@code KEY=VALUE}. */
  public static void tell(String state) throws IOException {
    String path = System.getenv("NOTIFY_SOCKET");
    if (path == null) {
      return;
    }
    try (UnixDatagrams manager = UnixDatagrams.to(path, Duration.ZERO)) {
      manager.send(state.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** How often at least systemd wants to hear {@code WATCHDOG=1}, sd_watchdog_enabled(3). */
  public static Optional<Duration> watchdog() {
    String micros = System.getenv("WATCHDOG_USEC");
    return micros == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Long.parseLong(micros) * 1000));
  }
}
