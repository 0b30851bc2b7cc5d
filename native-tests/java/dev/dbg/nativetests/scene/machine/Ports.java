package dev.dbg.nativetests.scene.machine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports of loopback for servers that must be told one before they start. The kernel gives none of
 * these to whoever connects or takes any: ip_local_port_range, ip(7).
 */
public final class Ports {
  private static final Path GIVEN_TO_ANYBODY = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int FROM = 12_000;
  private static final int TO = given();

  /** Two runs on one host begin at different ones. */
  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() % 8 * 1_000));

  private Ports() {}

  private static int given() {
    try {
      // In one read: the kernel has nothing for a second one.
      String range = Files.readAllLines(GIVEN_TO_ANYBODY).getFirst();
      return Integer.parseInt(range.split("\\s+", -1)[0]);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One at which nobody listens; none is returned twice. */
  public static int free() {
    for (int tries = 0; tries < TO - FROM; tries++) {
      int port = FROM + NEXT.getAndIncrement() % (TO - FROM);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (IOException e) {
        // Somebody listens there.
      }
    }
    throw new IllegalStateException("all ports from %d to %d are taken".formatted(FROM, TO));
  }

  /** Whether somebody accepts connections there. */
  public static boolean isOpen(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
