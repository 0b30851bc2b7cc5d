package dev.dbg.kube;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.MemoryFile;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.process.Child;
import dev.dbg.kernel.socket.LoopbackConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * {@code dbg stdio} of one session: it has the client's connection as its standard input and
 * output, and on descriptor 3 the packet that says to dbgd who asks. It ends when the client is
 * gone, when the line has ended, at {@link #end}, and with this process.
 *
 * <p>One thread runs it; any thread may end it.
 */
final class StdioProcess {
  private static final Fd STANDARD_ERROR = new Fd(2);
  private static final int BEHALF = 3;

  private final Path client;
  private final Path socket;

  // Guarded by this.
  private Optional<Child> child = Optional.empty();
  private boolean isEnded;

  /**
   * @param client the program {@code dbg}
   * @param socket that of dbgd
   */
  StdioProcess(Path client, Path socket) {
    this.client = client;
    this.socket = socket;
  }

  /**
   * Runs it to its end, and closes the connection here as soon as the process has it.
   *
   * @return the exit status of the line; empty if a signal ended it, or it never began
   */
  OptionalInt run(LoopbackConnection connection, byte[] behalf) throws KernelException {
    Child running;
    try (connection;
        MemoryFile packet = MemoryFile.sealed("behalf", behalf);
        Fd reader = Fd.open(packet.fd().path(), Native.O_RDONLY)) {
      connection.forgetDeadline();
      Child.Prepared prepared =
          Child.prepare(
              client.toString(),
              bytes("dbg", "stdio"),
              bytes("DBG_SOCKET=" + socket, "DBG_BEHALF=" + BEHALF),
              List.of(
                  new Child.Passed(connection.fd(), 0),
                  new Child.Passed(connection.fd(), 1),
                  Child.Passed.asIs(STANDARD_ERROR),
                  new Child.Passed(reader, BEHALF)));
      synchronized (this) {
        if (isEnded) {
          return OptionalInt.empty();
        }
        running = Child.spawn(prepared);
        child = Optional.of(running);
      }
    }
    Child.Ended ended = running.await();
    return ended.signal() == 0 ? OptionalInt.of(ended.status()) : OptionalInt.empty();
  }

  /**
   * Ends it: dbgd then ends the tool. If it has not begun it does not begin.
   *
   * @return whether this was the first time
   */
  synchronized boolean end() {
    boolean isFirst = !isEnded;
    isEnded = true;
    child.ifPresent(running -> running.signal(Signals.TERM));
    return isFirst;
  }

  private static List<byte[]> bytes(String... words) {
    return Stream.of(words).map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
