package dev.dbg.resolve.user;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.kernel.process.Users;
import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.Target.Owner;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.Silence;
import dev.dbg.resolve.engine.DiskState;
import dev.dbg.resolve.engine.EngineAnswer;
import dev.dbg.resolve.user.UserEngineReport.State;
import java.io.IOException;
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

  private static final int LONGEST_ANSWER = 1 << 18;

  private final UserEngineKind kind;
  private final Path runtimeDirectory;
  private final AsUser thread = new AsUser();
  private final Silence silence = Silence.lasting(LEFT_ALONE);

  /** {@code runtimeDirectory} is {@code /run/user/UID}. */
  UserEngine(UserEngineKind kind, Path runtimeDirectory) {
    this.kind = kind;
    this.runtimeDirectory = runtimeDirectory;
  }

  /**
   * Starts looking for a container. {@link PidRef#checked} must be applied to the result.
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
          Optional<Optional<FoundContainer>> onDisk = onDisk(user, state -> state.find(nameOrId));
          if (onDisk.isPresent() && onDisk.get().isEmpty()) {
            return Optional.empty();
          }
          return ask(user, EngineAnswer.inspect(nameOrId), EngineAnswer::inspected)
              .or(() -> onDisk.flatMap(found -> found));
        });
  }

  /** Starts listing all containers, with the facts needed to see them but not to enter them. */
  CompletableFuture<List<FoundContainer>> all(Users.Account user, long deadline) {
    return listed(user, deadline, DiskState::all, EngineAnswer.LIST_ALL);
  }

  /**
   * Starts listing the running containers. {@link PidRef#isRunning} must be applied to the result.
   */
  CompletableFuture<List<FoundContainer>> running(Users.Account user, long deadline) {
    return listed(user, deadline, DiskState::running, EngineAnswer.LIST);
  }

  /** Starts looking at its files; empty if there is no such engine. */
  CompletableFuture<Optional<UserEngineReport>> report(Users.Account user, long deadline) {
    return thread.start(
        user,
        deadline,
        () -> {
          Optional<State> read =
              onDisk(user, DiskState::all).map(all -> new State.AsUsual(all.size()));
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

  private CompletableFuture<List<FoundContainer>> listed(
      Users.Account user, long deadline, Lookup<List<FoundContainer>> lookup, String path) {
    return thread.start(
        user,
        deadline,
        () ->
            onDisk(user, lookup).or(() -> ask(user, path, EngineAnswer::listed)).orElse(List.of()));
  }

  private interface Lookup<T> {
    T in(DiskState state) throws IOException;
  }

  /** The result from the files; empty if they cannot be read, or are elsewhere. */
  private <T> Optional<T> onDisk(Users.Account user, Lookup<T> lookup) {
    DiskState state = kind.state(Path.of(user.home()), runtimeDirectory, owner(user));
    try {
      return Optional.of(lookup.in(state));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The service's answer; empty if there is no service, or no such container. */
  private <T> Optional<T> ask(Users.Account user, String path, EngineAnswer.Parser<T> parser) {
    if (silence.why().isPresent()) {
      return Optional.empty();
    }
    long deadline = System.nanoTime() + ANSWER_WITHIN.toNanos();
    try (OwnedTree directory = OwnedTree.open(runtimeDirectory, user.uid());
        StreamConnection connection = directory.connect(kind.socket(), deadline)) {
      Optional<byte[]> json = HttpGet.get(connection, path, LONGEST_ANSWER);
      EngineAnswer answers = new EngineAnswer(kind.scheme(), Optional.of(owner(user)), "");
      return json.isEmpty() ? Optional.empty() : Optional.of(parser.parse(answers, json.get()));
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
    return new Owner(user.uid(), user.name());
  }
}
