package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import java.util.List;

/**
 * Two connected SOCK_STREAM sockets, socketpair(2), in place of a pipe of which somebody else gets
 * an end: with splice(2) they could hold a pipe, and then whoever reads, writes or closes its other
 * end waits for them, also after SIGKILL. Of a socket they can hold their own end alone.
 *
 * @param ours for dbg's own process
 * @param theirs for somebody else's
 */
public record StreamPair(Fd ours, Fd theirs) {
  private static final String NAME = "a stream";

  /** For what is sent to them. From them nothing comes, no descriptor either. */
  public static StreamPair outward() throws KernelException {
    StreamPair pair = open();
    try {
      require("shutdown", NAME, () -> LibC.shutdown(pair.ours.number(), SocketCalls.SHUT_RD));
      return pair;
    } catch (Throwable e) {
      pair.ours.close();
      pair.theirs.close();
      throw e;
    }
  }

  /** For what they send. On Linux before 6.16 they can send descriptors, too. */
  public static StreamPair inward() throws KernelException {
    StreamPair pair = open();
    SocketCalls.trySet(pair.ours, SocketCalls.SO_PASSRIGHTS, 0);
    return pair;
  }

  private static StreamPair open() throws KernelException {
    List<Fd> ends = SocketCalls.pair(SocketCalls.SOCK_STREAM, NAME);
    return new StreamPair(ends.getFirst(), ends.getLast());
  }
}
