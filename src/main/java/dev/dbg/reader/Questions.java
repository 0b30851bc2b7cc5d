package dev.dbg.reader;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.socket.Channel;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The requests that dbgd sends to a reader process on its standard input. A thread answers each.
 */
public final class Questions {
  private Questions() {}

  /** Answers until dbgd closes the channel, then ends the process. */
  static void fromDbgd(Consumer<Channel.Message> answer) throws KernelException {
    ThisProcess.forbidDumps();
    ReaderMemory memory = ReaderMemory.watched();
    serve(new Channel(new Fd(0)), question -> memory.during(() -> answer.accept(question)));
    // Answers in progress are abandoned: dbgd no longer waits for them.
    Runtime.getRuntime().halt(0);
  }

  /** Answers until the channel is closed. */
  public static void serve(Channel questions, Consumer<Channel.Message> answer)
      throws KernelException {
    Optional<Channel.Message> question = questions.receiveWithDescriptors(Channel.LONGEST);
    while (question.isPresent()) {
      Channel.Message asked = question.get();
      Thread _ = Thread.ofPlatform().name("question").daemon().start(() -> answer.accept(asked));
      question = questions.receiveWithDescriptors(Channel.LONGEST);
    }
  }
}
