package dev.dbg.resolve.log;

import dev.dbg.kernel.SplicedPipe;
import java.io.IOException;
import java.util.Optional;

/** What a container wrote to its standard output and error, as its runtime keeps it. */
public interface ContainerLog extends AutoCloseable {
  /**
   * Asks for it and moves all of it into the feed, for the program {@code logs}; a log that is
   * followed, until the container ends. Nothing of it is looked at.
   */
  void moveTo(SplicedPipe feed) throws IOException;

  /** What is wanted and not to be had, for the operator; empty if it is all there. */
  default Optional<String> missing() {
    return Optional.empty();
  }

  /**
   * Makes {@link #moveTo} end, from another thread; it may be called at any time but after close.
   */
  void stop();

  @Override
  void close();
}
