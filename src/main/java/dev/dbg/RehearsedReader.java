package dev.dbg;

import dev.dbg.enter.Reader;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.Channel;
import dev.dbg.reader.LogReader;
import dev.dbg.reader.Questions;
import dev.dbg.resolve.user.UserReaders.TakenQuestion;
import java.nio.file.Path;
import java.util.List;

/**
 * The log's reader in a training run, {@code dbgd cache}: runs in this process, so that the cache
 * contains the reader's classes.
 */
final class RehearsedReader implements Reader {
  private final Channel orders;

  RehearsedReader(Path directory) throws KernelException {
    List<Channel> ends = Channel.pair();
    orders = ends.getFirst();
    Thread _ = Thread.ofPlatform().daemon().start(() -> serve(ends.getLast(), directory));
  }

  private static void serve(Channel channel, Path directory) {
    try (channel) {
      Questions.serve(channel, LogReader.answeringFrom(directory));
    } catch (KernelException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public TakenQuestion ask(byte[] question, List<Fd> descriptors) throws KernelException {
    orders.send(question, descriptors);
    return new TakenQuestion(System.nanoTime(), () -> {});
  }

  @Override
  public boolean isIdle() {
    return false;
  }

  @Override
  public void kill() {}

  @Override
  public void close() {
    orders.end();
  }
}
