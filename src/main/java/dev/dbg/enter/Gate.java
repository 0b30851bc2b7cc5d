package dev.dbg.enter;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import java.util.Optional;

/**
 * What dbg-enter waits at when it can't be born as a member of its control group, until dbgd has
 * made it one: whatever it did before, a child above all, would be outside.
 *
 * <p>For the session's thread, which closes it: a gate that is closed without having been opened
 * lets nobody through.
 */
final class Gate implements AutoCloseable {
  private final Optional<Pipe> pipe;

  private Gate(Optional<Pipe> pipe) {
    this.pipe = pipe;
  }

  /** For a child that is born as a member. */
  static Gate none() {
    return new Gate(Optional.empty());
  }

  /** For a child that has to be moved. */
  static Gate shut() throws KernelException {
    return new Gate(Optional.of(Pipe.open()));
  }

  boolean isThere() {
    return pipe.isPresent();
  }

  /** Orders the child to wait. */
  void tell(Orders orders) {
    pipe.ifPresent(waiting -> orders.descriptor("gate", waiting.reader()));
  }

  /** Lets the child go on. */
  void open() throws KernelException {
    if (pipe.isPresent()) {
      pipe.get().put();
    }
  }

  @Override
  public void close() {
    pipe.ifPresent(Pipe::close);
  }
}
