package dev.dbg.resolve.user;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.Uid;
import java.io.IOException;

/**
 * Processes that read for dbgd what users wrote, each with the rights of one user. For any thread.
 */
public interface UserReaders {
  /**
   * A question that was taken; closing it tells that its answer is no longer awaited.
   *
   * @param started when the reader was started, by {@link System#nanoTime}
   */
  record TakenQuestion(long started, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  /**
   * Hands a question to the reader of its user.
   *
   * @param answers where the reader writes the answer, an end of a {@link
   *     dev.dbg.kernel.socket.Channel}; the caller still has to close it
   * @throws IOException if nobody takes it
   */
  TakenQuestion ask(Users.Account user, byte[] question, Fd answers) throws IOException;

  /** Ends the reader of a user, whatever it does. */
  void end(Uid user);
}
