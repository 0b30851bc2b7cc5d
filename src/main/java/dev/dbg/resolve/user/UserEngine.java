package dev.dbg.resolve.user;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.kernel.process.Users;
import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.Target.Owner;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.container.NamedRuntime;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.Silence;
import dev.dbg.resolve.container.TooMuchSaid;
import dev.dbg.resolve.engine.DiskState;
import dev.dbg.resolve.engine.EngineAnswer;
import dev.dbg.resolve.user.UserEngineReport.State;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One user's rootless engine. Its files on disk are read first, because a request to the service
 * may start it and may take long. The service, if there is one, then knows more than the files.
 * Neither is trusted: the user controls both.
 *
 * <p>For any thread; requests are made one at a time.
 */
final class UserEngine {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

  /** How long a service that did not answer is not asked again. */
  private static final Duration LEFT_ALONE = Duration.ofMinutes(1);

  private final UserEngineKind kind;
  private final Path runtimeDirectory;
  private final AsUser thread = new AsUser();
  private final Silence silence = Silence.lasting(LEFT_ALONE);

  /** {@code runtimeDirectory} is {@code /run/user/UID}. */
  UserEngine(UserEngineKind kind, Path runtimeDirectory) {
    this.kind = kind;
    this.runtimeDirectory = runtimeDirectory;
  }

  /** Starts looking for a container. {@link PidRef#checked} must be applied to the result. */
  CompletableFuture<Optional<FoundContainer>> find(
      Users.Account user, String nameOrId, EngineQuestion question) {
    return thread.start(
        user,
        question.deadline(),
        () -> {
          if (!EngineAnswer.isName(nameOrId)) {
            return Optional.empty();
          }
          Optional<Optional<FoundContainer>> onDisk =
              onDisk(user, question, state -> state.find(nameOrId));
          if (onDisk.isPresent() && onDisk.get().isEmpty()) {
            return Optional.empty();
          }
          return NamedRuntime.named(
              ask(user, question, EngineAnswer.inspect(nameOrId), EngineAnswer::inspected)
                  .or(() -> onDisk.flatMap(found -> found)));
        });
  }

  /** Starts listing all containers, with the facts needed to see them but not to enter them. */
  CompletableFuture<List<FoundContainer>> all(Users.Account user, EngineQuestion question) {
    return listed(user, question, DiskState::all, EngineAnswer.LIST_ALL);
  }

  /**
   * Starts listing the running containers. {@link PidRef#isRunning} must be applied to the result.
   */
  CompletableFuture<List<FoundContainer>> running(Users.Account user, EngineQuestion question) {
    return listed(user, question, DiskState::running, EngineAnswer.LIST);
  }

  /** Starts looking at its files; empty if there is no such engine. */
  CompletableFuture<Optional<UserEngineReport>> report(
      Users.Account user, EngineQuestion question) {
    return thread.start(
        user,
        question.deadline(),
        () -> {
          Optional<State> read = state(user, question);
          return read.isEmpty() && !Files.exists(runtimeDirectory.resolve(kind.socket()))
              ? Optional.empty()
              : Optional.of(
                  new UserEngineReport(
                      kind.scheme(),
                      user.name(),
                      read.orElseGet(State.Elsewhere::new),
                      silence.why()));
        });
  }

  private Optional<State> state(Users.Account user, EngineQuestion question) {
    try {
      return onDisk(user, question, DiskState::all).map(all -> new State.AsUsual(all.size()));
    } catch (TooMuchSaid e) {
      return Optional.of(new State.TooMuch());
    }
  }

  private CompletableFuture<List<FoundContainer>> listed(
      Users.Account user,
      EngineQuestion question,
      Lookup<List<FoundContainer>> lookup,
      String path) {
    return thread.start(
        user,
        question.deadline(),
        () ->
            NamedRuntime.named(
                onDisk(user, question, lookup)
                    .or(() -> ask(user, question, path, EngineAnswer::listed))
                    .orElse(List.of())));
  }

  private interface Lookup<T> {
    T in(DiskState state) throws IOException;
  }

  /**
   * The result from the files; empty if they cannot be read, or are elsewhere.
   *
   * @throws TooMuchSaid if they say too much: then the service is not asked either
   */
  private <T> Optional<T> onDisk(Users.Account user, EngineQuestion question, Lookup<T> lookup)
      throws TooMuchSaid {
    DiskState state =
        kind.state(Path.of(user.home()), runtimeDirectory, owner(user), question.allowance());
    try {
      return Optional.of(lookup.in(state));
    } catch (TooMuchSaid e) {
      throw e;
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The service's answer; empty if there is no service, or no such container. */
  private <T> Optional<T> ask(
      Users.Account user, EngineQuestion question, String path, EngineAnswer.Parser<T> parser) {
    long now = System.nanoTime();
    if (silence.why().isPresent() || now - question.deadline() > 0) {
      return Optional.empty();
    }
    try (OwnedTree directory = OwnedTree.open(runtimeDirectory, user.uid());
        StreamConnection connection =
            directory.connect(kind.socket(), now + ANSWER_WITHIN.toNanos())) {
      Optional<InputStream> json = HttpGet.get(connection, path);
      EngineAnswer answers = new EngineAnswer(kind.scheme(), Optional.of(owner(user)), "");
      return json.isEmpty()
          ? Optional.empty()
          : Optional.of(parser.parse(answers, json.get(), question.allowance()));
    } catch (KernelException e) {
      if (!e.isNoSuchFile() && !e.isRefused()) {
        silence.begins(e.message());
      }
    } catch (IOException e) {
      silence.begins(String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  private static Owner owner(Users.Account user) {
    return NameGrammar.owner(user);
  }
}
