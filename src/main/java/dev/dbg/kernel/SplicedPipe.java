package dev.dbg.kernel;

import static dev.dbg.kernel.Native.check;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A pipe(7) into which the kernel moves what comes from another descriptor, splice(2): dbgd neither
 * looks at it nor holds it.
 *
 * <p>One thread writes; the counter is for any thread.
 */
public final class SplicedPipe implements AutoCloseable {
  private static final int CHUNK = 1 << 16;
  private static final int PAGE = 4096;
  private static final int SPLICE_F_NONBLOCK = 2;

  /** How long a thread that was told to stop may go on, where its reader does not read. */
  private static final int LOOKS_AGAIN_MS = 200;

  private final Pipe pipe;
  private final AtomicLong moved = new AtomicLong();
  private volatile boolean stopped;

  private SplicedPipe(Pipe pipe) {
    this.pipe = pipe;
  }

  public static SplicedPipe open() throws KernelException {
    return new SplicedPipe(Pipe.open());
  }

  /** For the process that reads it; who passes it on closes it. */
  public Fd reader() {
    return pipe.reader();
  }

  /**
   * Moves what has come, or waits for it; fails when nobody reads any more. splice(2) holds the
   * pipe while it waits for {@code from}, and a reader that waits for the pipe cannot even be
   * killed: so this waits before, and splice never. Somebody else may hold the reader's end and not
   * read, so the wait for room ends with {@link #stop}, too.
   *
   * @return whether there was any
   */
  public boolean move(Fd from, String name) throws KernelException {
    while (!stopped) {
      Native.awaitReadable(from, name);
      try {
        long some = splice(from, name);
        long _ = moved.addAndGet(some);
        return some > 0;
      } catch (KernelException e) {
        if (!e.isTimeout()) {
          throw e;
        }
        boolean _ = Native.awaitWritable(pipe.writer(), "pipe", LOOKS_AGAIN_MS);
      }
    }
    return false;
  }

  private long splice(Fd from, String name) throws KernelException {
    int to = pipe.writer().number();
    return check(
        "splice", name, () -> LibC.splice(from.number(), null, to, null, CHUNK, SPLICE_F_NONBLOCK));
  }

  /**
   * Makes {@link #move} and {@link #put} end, from another thread, once there is something to move.
   */
  public void stop() {
    stopped = true;
  }

  /** Writes a text of dbgd's own. A pipe that can be written to has room for a page. */
  public void put(String text) throws KernelException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int to = pipe.writer().number();
    for (int at = 0; at < bytes.length && !stopped; ) {
      byte[] page = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + PAGE));
      if (Native.awaitWritable(pipe.writer(), "pipe", LOOKS_AGAIN_MS)) {
        at += (int) check("write", "pipe", () -> LibC.write(to, page, page.length));
      }
    }
  }

  /** How many bytes were moved. */
  public long moved() {
    return moved.get();
  }

  /** Ends what the reader reads. */
  @Override
  public void close() {
    pipe.writer().close();
  }
}
