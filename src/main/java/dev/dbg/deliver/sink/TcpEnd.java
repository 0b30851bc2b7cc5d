package dev.dbg.deliver.sink;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * How a connection ended of which both sides have said so, by /proc/net/tcp, proc_net(5).
 *
 * <p>The other side's end alone does not say that it has read all: it may have closed while bytes
 * were on their way, and these are answered by a reset, which Java does not show. A side that
 * closed first and whose every byte was acknowledged is in TIME_WAIT; one that was reset is gone.
 */
final class TcpEnd {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final String TIME_WAIT = "06";
  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private TcpEnd() {}

  /**
   * Whether the other side has acknowledged all that was sent, the end of it too. Waits until that
   * is known.
   *
   * @param socket one whose output was shut down before the other side's end was read
   */
  static boolean isOfAll(Socket socket) throws IOException {
    String local = ":%04X".formatted(socket.getLocalPort());
    String remote =
        ":%04X".formatted(((InetSocketAddress) socket.getRemoteSocketAddress()).getPort());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      String state = state(local, remote);
      if (state.isEmpty() || state.equals(TIME_WAIT)) {
        return !state.isEmpty();
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return false;
  }

  private static String state(String local, String remote) throws IOException {
    for (Path table : TABLES) {
      if (Files.isReadable(table)) {
        for (String line : Files.readAllLines(table)) {
          String[] words = line.strip().split(" +", -1);
          if (words.length > STATE
              && words[LOCAL].endsWith(local)
              && words[REMOTE].endsWith(remote)) {
            return words[STATE];
          }
        }
      }
    }
    return "";
  }
}
