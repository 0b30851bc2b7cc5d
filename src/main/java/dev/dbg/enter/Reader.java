package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.resolve.user.UserReaders.TakenQuestion;
import java.io.IOException;
import java.util.List;

/** Reads for dbgd what strangers wrote. For any thread. */
public interface Reader extends AutoCloseable {
  /** The reader was closed: it takes no more questions. */
  final class ReaderClosed extends IOException {
    ReaderClosed() {
      super("this reader has ended");
    }
  }

  /**
   * Hands a question over, with descriptors, which the caller still has to close.
   *
   * @throws IOException if nobody takes it
   */
  TakenQuestion ask(byte[] question, List<Fd> descriptors) throws IOException;

  /** Whether nobody waits for an answer. */
  boolean isIdle();

  /** Ends what does not answer; the next question starts another. */
  void kill();

  /** Ends the reader for good; those who wait for its answers are told. */
  @Override
  void close();
}
