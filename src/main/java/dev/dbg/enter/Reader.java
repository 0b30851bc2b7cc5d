package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import java.io.IOException;
import java.util.List;

/** Reads for dbgd what strangers wrote. For any thread. */
public interface Reader extends AutoCloseable {
  /** A question that was handed over; closing it tells that its answer is no longer awaited. */
  interface HandedOver extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Hands a question over, with descriptors, which the caller still has to close.
   *
   * @throws IOException if nobody takes it
   */
  HandedOver ask(byte[] question, List<Fd> descriptors) throws IOException;

  /** Whether nobody waits for an answer. */
  boolean isIdle();

  /** Ends the reader; those who wait for its answers are told. */
  @Override
  void close();
}
