package dev.dbg.cgroup;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import java.util.Optional;

/**
 * What a child waits at when it can't be born as a member of its control group, until dbgd has made
 * it one: whatever it did before, a child above all, would be outside.
 *
 * <p>For the session's thread, which closes it: a pipe that is closed without a byte lets nobody
 * through.
 */
public final class SyncPipe implements AutoCloseable {
  private final Optional<Pipe> pipe;

  private SyncPipe(Optional<Pipe> pipe) {
    this.pipe = pipe;
  }

  /** For a child that is born as a member. */
  static SyncPipe none() {
    return new SyncPipe(Optional.empty());
  }

  /** For a child that has to be moved. */
  static SyncPipe open() throws KernelException {
    return new SyncPipe(Optional.of(Pipe.open()));
  }

  boolean isThere() {
    return pipe.isPresent();
  }

  /** What the child reads a byte from before it does anything; empty if it need not wait. */
  public Optional<Fd> reader() {
    return pipe.map(Pipe::reader);
  }

  /** Lets the child continue. */
  void release() throws KernelException {
    if (pipe.isPresent()) {
      pipe.get().put();
    }
  }

  @Override
  public void close() {
    pipe.ifPresent(Pipe::close);
  }
}
