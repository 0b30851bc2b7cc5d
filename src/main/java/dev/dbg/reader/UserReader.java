package dev.dbg.reader;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.Channel;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.user.UserAnswer;
import dev.dbg.resolve.user.UserAnswer.Files;
import dev.dbg.resolve.user.UserAnswer.SaidContainer;
import dev.dbg.resolve.user.UserEngineKind;
import dev.dbg.resolve.user.UserQuestion;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The main class of the process that reads the files and engines of one user, with that user's
 * rights. It gets {@link UserQuestion}s.
 */
public final class UserReader {
  /** The most containers in a message. */
  private static final int PART = 20;

  private final Map<UserEngineKind, UserEngine> engines = new EnumMap<>(UserEngineKind.class);

  private UserReader() {
    for (UserEngineKind kind : UserEngineKind.values()) {
      engines.put(kind, new UserEngine(kind));
    }
  }

  public static void main(String[] words) throws KernelException {
    UserReader reader = new UserReader();
    Questions.fromDbgd(reader::answer);
  }

  private void answer(Channel.Message asked) {
    List<Fd> descriptors = asked.descriptors();
    try (Channel dbgd = new Channel(descriptors.getFirst())) {
      UserQuestion question = UserQuestion.parse(asked.bytes());
      UserEngine engine = engines.get(question.kind());
      ContainerSender answer = new ContainerSender(dbgd);
      if (engine != null) {
        engine.answer(question, answer);
      }
    } catch (IOException | RuntimeException e) {
      // dbgd leaves this engine out. The cause is the user's own.
    }
  }

  /** Sends containers in messages of limited size. */
  record ContainerSender(Channel channel) {
    void all(List<FoundContainer> containers, Files files, Optional<String> silence)
        throws IOException {
      List<SaidContainer> all = containers.stream().map(SaidContainer::of).toList();
      for (int from = 0; from < all.size(); from += PART) {
        send(all.subList(from, Math.min(all.size(), from + PART)));
      }
      last(files, all.size(), silence);
    }

    /**
     * A single container always fits: {@link dev.dbg.resolve.untrusted.JsonFields} limits its size.
     */
    private void send(List<SaidContainer> part) throws IOException {
      byte[] message = new UserAnswer(part, null, 0, null).bytes();
      if (message.length <= UserAnswer.LONGEST || part.size() <= 1) {
        channel.send(message, List.of());
        return;
      }
      for (SaidContainer one : part) {
        send(List.of(one));
      }
    }

    void last(Files files, int count, Optional<String> silence) throws IOException {
      channel.send(
          new UserAnswer(List.of(), files, count, silence.orElse(null)).bytes(), List.of());
    }
  }
}
