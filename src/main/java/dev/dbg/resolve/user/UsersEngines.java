package dev.dbg.resolve.user;

import dev.dbg.kernel.process.Users;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The rootless engines of all users that have a runtime directory, {@code /run/user/UID}. They are
 * asked all at once with one deadline; those that do not answer in time are left out.
 *
 * <p>For any thread.
 */
public final class UsersEngines {
  private static final Path RUNTIME_DIRECTORIES = Path.of("/run/user");
  private static final Duration WITHIN = Duration.ofSeconds(2);
  private static final int MOST_USERS = 256;

  private static final List<UserEngineKind> KINDS = List.of(UserEngineKind.values());

  private final Map<Seat, UserEngine> engines = new ConcurrentHashMap<>();

  /** Which engine: a user has at most one of each kind. */
  private record Seat(Uid uid, UserEngineKind kind) {}

  /** The schemes of users' containers. */
  public List<String> schemes() {
    return KINDS.stream().map(UserEngineKind::scheme).toList();
  }

  /** A user's container that was found before, as its engine describes it now. */
  public Optional<FoundContainer> again(Target target) {
    Optional<Users.Account> account = target.owner().flatMap(owner -> Users.account(owner.uid()));
    return ask(
            account.stream().toList(),
            KINDS.stream().filter(kind -> kind.scheme().equals(target.runtime())).toList(),
            (engine, of, deadline) -> engine.find(of, target.id(), deadline))
        .flatMap(Optional::stream)
        .map(PidRef::checked)
        .findFirst();
  }

  /** All containers of each engine that a name may refer to: of its user, and of its scheme. */
  public List<List<FoundContainer>> all(TargetName name) {
    List<Users.Account> accounts =
        accounts().stream()
            .filter(account -> name.user().map(account.name()::equals).orElse(true))
            .toList();
    List<UserEngineKind> kinds =
        KINDS.stream()
            .filter(kind -> name.scheme().map(kind.scheme()::equals).orElse(true))
            .toList();
    return ask(accounts, kinds, UserEngine::all).toList();
  }

  /** All containers of all users. */
  public List<FoundContainer> all() {
    return ask(accounts(), KINDS, UserEngine::all)
        .flatMap(List::stream)
        .map(PidRef::checked)
        .toList();
  }

  /** The engines that users have or may have, without a request to any service. */
  public List<UserEngineReport> reports() {
    return start(accounts(), KINDS, UserEngine::report).stream()
        .flatMap(asked -> asked.answer().orElseGet(asked::blocked).stream())
        .toList();
  }

  /** The running containers of all users. */
  public List<FoundContainer> running() {
    return ask(accounts(), KINDS, UserEngine::running)
        .flatMap(List::stream)
        .filter(PidRef::isRunning)
        .toList();
  }

  /** Starts a request. */
  private interface EngineRequest<T> {
    CompletableFuture<T> start(UserEngine engine, Users.Account account, long deadline);
  }

  private <T> Stream<T> ask(
      List<Users.Account> accounts, List<UserEngineKind> kinds, EngineRequest<T> request) {
    return start(accounts, kinds, request).stream().flatMap(asked -> asked.answer().stream());
  }

  private <T> List<Asked<T>> start(
      List<Users.Account> accounts, List<UserEngineKind> kinds, EngineRequest<T> request) {
    long deadline = System.nanoTime() + WITHIN.toNanos();
    List<Asked<T>> all = new ArrayList<>();
    for (Users.Account account : accounts) {
      for (UserEngineKind kind : kinds) {
        all.add(
            new Asked<>(
                account,
                kind,
                request.start(engine(account.uid(), kind), account, deadline),
                deadline));
      }
    }
    return all;
  }

  /** A request that was started. */
  private record Asked<T>(
      Users.Account account, UserEngineKind kind, CompletableFuture<T> result, long deadline) {
    /** Empty if there is none in time: this engine's containers are left out. */
    Optional<T> answer() {
      try {
        long left = Math.max(0, deadline - System.nanoTime());
        return Optional.of(result.get(left, TimeUnit.NANOSECONDS));
      } catch (TimeoutException | ExecutionException e) {
        return Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }

    Optional<UserEngineReport> blocked() {
      return Optional.of(UserEngineReport.blocked(kind.scheme(), account.name()));
    }
  }

  private UserEngine engine(Uid uid, UserEngineKind kind) {
    return engines.computeIfAbsent(
        new Seat(uid, kind),
        seat -> new UserEngine(kind, RUNTIME_DIRECTORIES.resolve(seat.uid().toString())));
  }

  private static List<Users.Account> accounts() {
    List<Users.Account> accounts = new ArrayList<>();
    try (DirectoryStream<Path> directories =
        Files.newDirectoryStream(RUNTIME_DIRECTORIES, "[1-9]*")) {
      for (Path directory : directories) {
        String name = directory.getFileName().toString();
        if (name.matches("[1-9][0-9]{0,8}") && accounts.size() < MOST_USERS) {
          Users.account(new Uid(Long.parseLong(name))).ifPresent(accounts::add);
        }
      }
    } catch (IOException e) {
      // No user has logged in.
    }
    return accounts;
  }
}
