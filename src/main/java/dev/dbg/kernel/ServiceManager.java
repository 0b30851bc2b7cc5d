package dev.dbg.kernel;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.check;
import static dev.dbg.kernel.Native.checkInt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * Telling systemd how the service is, sd_notify(3). Nothing is told, and nothing fails, where no
 * service manager asked.
 */
public final class ServiceManager {
  private static final int MSG_NOSIGNAL = 0x4000;

  private ServiceManager() {}

  /** Sends {@code state}: lines of {@code KEY=VALUE}. */
  public static void tell(String state) throws IOException {
    String path = System.getenv("NOTIFY_SOCKET");
    if (path == null) {
      return;
    }
    Pointer address = UnixSocket.address(path);
    int type = UnixSocket.SOCK_DGRAM | UnixSocket.SOCK_CLOEXEC;
    try (Fd fd = new Fd(checkInt("socket", path, () -> LIBC.socket(UnixSocket.AF_UNIX, type, 0)))) {
      int _ =
          checkInt(
              "connect",
              path,
              () -> LIBC.connect(fd.number(), address, UnixSocket.sizeOfAddress(path)));
      byte[] bytes = state.getBytes(StandardCharsets.UTF_8);
      Pointer packet = Native.cString(bytes);
      long _ =
          check("send", path, () -> LIBC.send(fd.number(), packet, bytes.length, MSG_NOSIGNAL));
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
