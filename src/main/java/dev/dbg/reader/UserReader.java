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
 * The process that reads what one user wrote, with that user's rights: what the user's engines and
 * their files say of containers. Its {@link Questions} are {@link UserQuestion}s.
 */
public final class UserReader {
  /** How many containers are said in a message, if that is not too long. */
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
      Answering answer = new Answering(dbgd);
      if (engine != null) {
        engine.answer(question, answer);
      }
    } catch (IOException | RuntimeException e) {
      // dbgd leaves this engine out. What went wrong is the user's own.
    }
  }

  /** Sends containers in messages that are not too long. */
  record Answering(Channel channel) {
    void all(List<FoundContainer> containers, Files files, Optional<String> silence)
        throws IOException {
      List<SaidContainer> all = containers.stream().map(SaidContainer::of).toList();
      for (int from = 0; from < all.size(); from += PART) {
        send(all.subList(from, Math.min(all.size(), from + PART)));
      }
      last(files, all.size(), silence);
    }

    /** A container alone always fits: {@link dev.dbg.resolve.untrusted.JsonFields} bounds it. */
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
