package dev.dbg.resolve.user;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.kernel.process.Users;
import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.Owner;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.engine.EngineAnswer;
import dev.dbg.resolve.engine.PodmanState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One user's rootless Podman. Its state on the disk says first whether it has such a container:
 * asking the service may start it, and may take long. The service, where there is one, then tells
 * more than the state has. All of it is that user's word.
 *
 * <p>Any thread may ask; one question at a time is asked.
 */
final class UserPodman {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

  /** A service that did not answer is not waited for again so soon. */
  private static final Duration LEFT_ALONE = Duration.ofMinutes(1);

  private static final int LONGEST_ANSWER = 1 << 18;
  private static final String SOCKET = "podman/podman.sock";
  private static final String GRAPH_ROOT = ".local/share/containers/storage";
  private static final String RUN_ROOT = "containers";

  private final Path runtimeDirectory;
  private final AsUser thread = new AsUser();
  private volatile long leftAloneSince = System.nanoTime() - LEFT_ALONE.toNanos();

  /**
   * @param runtimeDirectory {@code /run/user/UID}
   */
  UserPodman(Path runtimeDirectory) {
    this.runtimeDirectory = runtimeDirectory;
  }

  private interface Question<T> {
    /** The answer; empty when there is no such thing. */
    Optional<T> ask(EngineAnswer answers) throws IOException;
  }

  /**
   * Starts looking for a container; {@link PidRef#checked} has yet to be asked about it.
   *
   * @param deadline by {@link System#nanoTime}
   */
  CompletableFuture<Optional<FoundContainer>> find(
      Users.Account user, String nameOrId, long deadline) {
    return thread.start(
        user,
        deadline,
        () -> {
          if (!EngineAnswer.isName(nameOrId)) {
            return Optional.empty();
          }
          Optional<Optional<FoundContainer>> noted = noted(user, state -> state.find(nameOrId));
          if (noted.isPresent() && noted.get().isEmpty()) {
            return Optional.empty();
          }
          Optional<FoundContainer> told =
              ask(
                  user,
                  answers -> {
                    Optional<byte[]> json = get(user, EngineAnswer.inspect(nameOrId));
                    return json.isEmpty()
                        ? Optional.empty()
                        : Optional.of(answers.inspected(json.get()));
                  });
          return told.isPresent() ? told : noted.flatMap(found -> found);
        });
  }

  /** Starts listing all; what they are is enough to see them and not to enter them. */
  CompletableFuture<List<FoundContainer>> all(Users.Account user, long deadline) {
    return listed(user, deadline, PodmanState::all, EngineAnswer.LIST_ALL);
  }

  /** Starts listing those that run; {@link PidRef#mayStand} has yet to be asked about them. */
  CompletableFuture<List<FoundContainer>> running(Users.Account user, long deadline) {
    return listed(user, deadline, PodmanState::running, EngineAnswer.LIST);
  }

  private CompletableFuture<List<FoundContainer>> listed(
      Users.Account user, long deadline, Look<List<FoundContainer>> look, String question) {
    return thread.start(
        user,
        deadline,
        () -> {
          Optional<List<FoundContainer>> noted = noted(user, look);
          if (noted.isPresent()) {
            return noted.get();
          }
          return ask(
                  user,
                  answers -> {
                    Optional<byte[]> json = get(user, question);
                    return json.isEmpty()
                        ? Optional.empty()
                        : Optional.of(answers.listed(json.get()));
                  })
              .orElse(List.of());
        });
  }

  private interface Look<T> {
    T at(PodmanState state) throws IOException;
  }

  /** What is on the disk; empty when it can't be read, or is elsewhere. */
  private <T> Optional<T> noted(Users.Account user, Look<T> look) {
    Path graphRoot = Path.of(user.home()).resolve(GRAPH_ROOT);
    Path runRoot = runtimeDirectory.resolve(RUN_ROOT);
    try {
      return Optional.of(look.at(new PodmanState(graphRoot, runRoot, Optional.of(owner(user)))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What the service says; empty when there is none, or it has nothing to say. */
  private <T> Optional<T> ask(Users.Account user, Question<T> question) {
    if (System.nanoTime() - leftAloneSince < LEFT_ALONE.toNanos()) {
      return Optional.empty();
    }
    try {
      return question.ask(new EngineAnswer(PodmanState.SCHEME, Optional.of(owner(user))));
    } catch (KernelException e) {
      if (!e.isNoSuchFile() && !e.isRefused()) {
        leftAloneSince = System.nanoTime();
      }
    } catch (IOException e) {
      leftAloneSince = System.nanoTime();
    }
    return Optional.empty();
  }

  private Optional<byte[]> get(Users.Account user, String path) throws IOException {
    long deadline = System.nanoTime() + ANSWER_WITHIN.toNanos();
    try (OwnedTree directory = OwnedTree.open(runtimeDirectory, user.uid());
        StreamConnection connection = directory.connect(SOCKET, deadline)) {
      return HttpGet.get(connection, path, LONGEST_ANSWER);
    }
  }

  private static Owner owner(Users.Account user) {
    return new Owner(user.uid(), user.name());
  }
}
