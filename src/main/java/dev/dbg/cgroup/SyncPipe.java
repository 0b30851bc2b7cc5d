package dev.dbg.cgroup;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import java.util.Optional;

/**
 * A pipe at which a child waits if it cannot be spawned as a member of its control group, until
 * dbgd has moved it there. A process that it started before that would stay outside the group.
 *
 * <p>For the session's thread, which closes it. If it is closed without a byte, the child does not
 * continue.
 */
public record SyncPipe(Optional<Pipe> pipe) implements AutoCloseable {
  /** For a child that is spawned as a member. */
  static SyncPipe none() {
    return new SyncPipe(Optional.empty());
  }

  /** For a child that must be moved. */
  static SyncPipe open() throws KernelException {
    return new SyncPipe(Optional.of(Pipe.open()));
  }

  boolean isThere() {
    return pipe.isPresent();
  }

  /** The end from which the child first reads a byte; empty if it need not wait. */
  public Optional<Fd> reader() {
    return pipe.map(Pipe::reader);
  }

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
