package dev.dbg.resolve.user;

import dev.dbg.kernel.process.Users;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.Allowance;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameGrammar;
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
import java.util.concurrent.Semaphore;
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

  /** What may be made of one list of all engines, in bytes. */
  private static final long FOR_ONE_LIST = 1L << 21;

  /** How many lists there are at the same time. */
  private static final int AT_ONCE = 2;

  /** How long to wait for another list to be dropped. */
  private static final Duration TURN_WITHIN = Duration.ofSeconds(5);

  private static final List<UserEngineKind> KINDS = List.of(UserEngineKind.values());

  private final Map<Seat, UserEngine> engines = new ConcurrentHashMap<>();

  /** Apart from each other, since a list is held while it is printed, and a look-up is not. */
  private final Semaphore lists = new Semaphore(AT_ONCE, true);

  private final Semaphore lookUps = new Semaphore(AT_ONCE, true);

  /** Which engine: a user has at most one of each kind. */
  private record Seat(Uid uid, UserEngineKind kind) {}

  /** The schemes of users' containers. */
  public List<String> schemes() {
    return KINDS.stream().map(UserEngineKind::scheme).toList();
  }

  /**
   * What the engines answered in time. There are few of these at the same time: closing it lets
   * another request ask. For one thread.
   */
  public static final class UsersAnswers<T> implements AutoCloseable {
    private final List<Asked<T>> asked;
    private final Optional<Semaphore> turns;
    private final boolean isBusy;

    private UsersAnswers(List<Asked<T>> asked, Optional<Semaphore> turns, boolean isBusy) {
      this.asked = asked;
      this.turns = turns;
      this.isBusy = isBusy;
    }

    /** Whether nobody was asked, because others ask. */
    public boolean isBusy() {
      return isBusy;
    }

    /** Without those engines that did not answer in time, or that said too much. */
    public Stream<T> all() {
      return asked.stream().flatMap(one -> one.answer().stream());
    }

    /** Also ends the work for answers that did not come in time. */
    @Override
    public void close() {
      asked.forEach(Asked::end);
      turns.ifPresent(Semaphore::release);
    }
  }

  /** A user's container that was found before, as its engine describes it now. */
  public Optional<FoundContainer> again(Target target) {
    Optional<Users.Account> account = target.owner().flatMap(owner -> Users.account(owner.uid()));
    try (UsersAnswers<Optional<FoundContainer>> answers =
        ask(
            lookUps,
            account.stream().toList(),
            KINDS.stream().filter(kind -> kind.scheme().equals(target.runtime())).toList(),
            (engine, of, question) -> engine.find(of, target.id(), question))) {
      return answers.all().flatMap(Optional::stream).map(PidRef::checked).findFirst();
    }
  }

  /** All containers of each engine that a name may refer to: of its user, and of its scheme. */
  public UsersAnswers<List<FoundContainer>> all(TargetName name) {
    List<Users.Account> accounts =
        accounts().stream()
            .filter(
                account -> name.user().map(NameGrammar.owner(account).user()::equals).orElse(true))
            .toList();
    List<UserEngineKind> kinds =
        KINDS.stream()
            .filter(kind -> name.scheme().map(kind.scheme()::equals).orElse(true))
            .toList();
    return ask(lookUps, accounts, kinds, UserEngine::all);
  }

  /**
   * The containers of all users, of each engine.
   *
   * @param ended whether also those that do not run; {@link PidRef#checked} must be applied to
   *     these, and otherwise {@link PidRef#isRunning}
   */
  public UsersAnswers<List<FoundContainer>> all(boolean ended) {
    return ask(lists, accounts(), KINDS, ended ? UserEngine::all : UserEngine::running);
  }

  /** The engines that users have or may have, without a request to any service. */
  public List<UserEngineReport> reports() {
    try (UsersAnswers<Optional<UserEngineReport>> answers =
        ask(lists, accounts(), KINDS, UserEngine::report)) {
      return answers.asked.stream()
          .flatMap(asked -> asked.answer().orElseGet(asked::blocked).stream())
          .toList();
    }
  }

  /** Starts a request. */
  interface EngineRequest<T> {
    CompletableFuture<T> start(UserEngine engine, Users.Account account, EngineQuestion question);
  }

  /** Asks engines, once it has one of the turns, and holds that until the answers are closed. */
  <T> UsersAnswers<T> ask(
      Semaphore turns,
      List<Users.Account> accounts,
      List<UserEngineKind> kinds,
      EngineRequest<T> request) {
    if (accounts.isEmpty() || !hasTurn(turns)) {
      return new UsersAnswers<>(List.of(), Optional.empty(), !accounts.isEmpty());
    }
    long deadline = System.nanoTime() + WITHIN.toNanos();
    Allowance.Allowances allowances =
        new Allowance.ForUsers(FOR_ONE_LIST, accounts.size() * kinds.size(), deadline);
    List<Asked<T>> all = new ArrayList<>();
    UsersAnswers<T> answers = new UsersAnswers<>(all, Optional.of(turns), false);
    boolean areAsked = false;
    try {
      for (Users.Account account : accounts) {
        for (UserEngineKind kind : kinds) {
          EngineQuestion question = new EngineQuestion(deadline, allowances.one());
          all.add(
              new Asked<>(
                  account,
                  kind,
                  request.start(engine(account.uid(), kind), account, question),
                  question));
        }
      }
      areAsked = true;
      return answers;
    } finally {
      if (!areAsked) {
        // Such as when no thread can be started.
        answers.close();
      }
    }
  }

  private static boolean hasTurn(Semaphore turns) {
    try {
      return turns.tryAcquire(TURN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A request that was started. */
  private record Asked<T>(
      Users.Account account,
      UserEngineKind kind,
      CompletableFuture<T> result,
      EngineQuestion question) {
    /** Empty if there is none in time: this engine's containers are left out. */
    Optional<T> answer() {
      try {
        long left = Math.max(0, question.deadline() - System.nanoTime());
        return Optional.of(result.get(left, TimeUnit.NANOSECONDS));
      } catch (TimeoutException | ExecutionException e) {
        return Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }

    void end() {
      if (!result.isDone()) {
        question.allowance().end();
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
