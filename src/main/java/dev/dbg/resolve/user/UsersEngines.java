package dev.dbg.resolve.user;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.process.Users;
import dev.dbg.kernel.socket.Channel;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.container.NamedRuntime;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.AllowanceExceeded;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The rootless engines of all users that have a runtime directory, {@code /run/user/UID}. They are
 * asked all at once with one deadline; those that do not answer in time are left out, and named.
 *
 * <p>For any thread.
 */
public final class UsersEngines {
  private static final Duration WITHIN = Duration.ofSeconds(2);

  /** How long a reader that must be started may take besides: a third of a second is usual. */
  private static final Duration STARTS_WITHIN = Duration.ofSeconds(6);

  /** A reader that is as old and has not answered is ended: a busy host was given its time. */
  private static final Duration IS_GIVEN = Duration.ofSeconds(30);

  private static final int MOST_USERS = 256;

  /** What may be made of one list of all engines, in bytes. */
  private static final long FOR_ONE_LIST = 1L << 21;

  /** Of a byte of an answer: the text of which the rest is made, and that. */
  private static final long TIMES_ITSELF = 2;

  /** How many lists there are at the same time. */
  private static final int AT_ONCE = 2;

  /** How long to wait for another list to be dropped. */
  private static final Duration TURN_WITHIN = WITHIN.plus(STARTS_WITHIN).plusSeconds(1);

  private static final List<UserEngineKind> KINDS = List.of(UserEngineKind.values());

  private final UserReaders readers;

  private final Map<UserEngineCache.Engine, UserEngineTask> seats = new ConcurrentHashMap<>();
  private final UserEngineCache heard = new UserEngineCache();

  /** Apart from each other, since a list is held while it is printed, and a look-up is not. */
  private final Semaphore lists = new Semaphore(AT_ONCE, true);

  final Semaphore lookUps = new Semaphore(AT_ONCE, true);

  /** Of names with their user: whoever's engine is slow keeps no other name waiting. */
  private final Semaphore named = new Semaphore(2 * AT_ONCE, true);

  public UsersEngines(UserReaders readers) {
    this.readers = readers;
  }

  /** The schemes of users' containers. */
  public List<String> schemes() {
    return KINDS.stream().map(UserEngineKind::scheme).toList();
  }

  /**
   * A user's container that was found before, as its engine describes it now.
   *
   * @throws RuntimeUnavailable if the engine does not answer
   */
  public Optional<FoundContainer> again(Target target) throws RuntimeUnavailable {
    Optional<FoundContainer> told = heard.told(target);
    if (told.isPresent()) {
      return told;
    }
    Optional<Users.Account> account = target.owner().flatMap(owner -> Users.account(owner.uid()));
    try (UsersAnswers answers =
        ask(
            named,
            account.stream().toList(),
            KINDS.stream().filter(kind -> kind.scheme().equals(target.runtime())).toList(),
            UserQuestion.About.ONE,
            Optional.of(target),
            true)) {
      Optional<FoundContainer> again =
          answers.all().stream()
              .flatMap(List::stream)
              .filter(found -> found.target().id().equals(target.id()))
              .map(PidRef::checked)
              .findFirst();
      if (!answers.unheard().isEmpty()) {
        throw new RuntimeUnavailable(
            "%s does not answer in time: try again"
                .formatted(answers.unheard().getFirst().words()));
      }
      return again;
    }
  }

  /** All containers of each engine that a name may refer to: of its user, and of its scheme. */
  public UsersAnswers all(TargetName name) {
    List<Users.Account> accounts =
        accounts().stream()
            .filter(
                account -> name.user().map(NameGrammar.owner(account).user()::equals).orElse(true))
            .toList();
    List<UserEngineKind> kinds =
        KINDS.stream()
            .filter(kind -> name.scheme().map(kind.scheme()::equals).orElse(true))
            .toList();
    boolean byName = name.user().isPresent();
    return ask(
        byName ? named : lookUps,
        accounts,
        kinds,
        UserQuestion.About.NAMES,
        Optional.empty(),
        byName);
  }

  /**
   * The containers of all users, of each engine.
   *
   * @param ended whether also those that do not run; {@link PidRef#checked} must be applied to
   *     these, and otherwise {@link PidRef#isRunning}
   */
  public UsersAnswers all(boolean ended) {
    return ask(
        lists,
        accounts(),
        KINDS,
        ended ? UserQuestion.About.ALL : UserQuestion.About.RUNNING,
        Optional.empty(),
        false);
  }

  /** The engines that users have or may have, without a request to any service. */
  public List<UserEngineReport> reports() {
    try (UsersAnswers answers =
        ask(lists, accounts(), KINDS, UserQuestion.About.FILES, Optional.empty(), false)) {
      return answers.reports();
    }
  }

  /**
   * Asks engines, once it has one of the turns, and holds that until the answers are closed.
   *
   * @param byName whether the operator named the user: then also an engine that was too slow, one
   *     question at a time
   */
  UsersAnswers ask(
      Semaphore turns,
      List<Users.Account> accounts,
      List<UserEngineKind> kinds,
      UserQuestion.About about,
      Optional<Target> container,
      boolean byName) {
    if (accounts.isEmpty()) {
      return new UsersAnswers(List.of(), Optional.empty());
    }
    if (!hasTurn(turns)) {
      return UsersAnswers.none();
    }
    long deadline = System.nanoTime() + WITHIN.toNanos();
    long most = deadline + STARTS_WITHIN.toNanos();
    Supplier<Allowance> allowances =
        Allowance.ofUsers(FOR_ONE_LIST, accounts.size() * kinds.size(), most);
    List<PendingEngineAnswer> all = new ArrayList<>();
    UsersAnswers answers = new UsersAnswers(all, Optional.of(turns));
    boolean areAsked = false;
    try {
      for (Users.Account account : accounts) {
        for (UserEngineKind kind : kinds) {
          UserEngineCache.Engine engine = new UserEngineCache.Engine(account, kind);
          all.add(asked(engine, about, container, deadline, most, allowances.get(), byName));
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

  private PendingEngineAnswer asked(
      UserEngineCache.Engine engine,
      UserQuestion.About about,
      Optional<Target> container,
      long deadline,
      long most,
      Allowance allowance,
      boolean byName) {
    Users.Account account = engine.user();
    UserEngineKind kind = engine.kind();
    UserEngineTask seat = seats.computeIfAbsent(engine, _ -> new UserEngineTask());
    Path home = Path.of(account.home());
    String id = container.map(Target::id).orElse("");
    UserQuestion question = new UserQuestion(about, kind, id, account, WITHIN.toMillis());
    Path runtime = question.runtimeDirectory();
    Path socket = runtime.resolve(kind.socket());
    UserEngineCache.EngineQuestion asks = () -> answered(seat, account, question, allowance);
    Future<Optional<PendingEngineAnswer.Says>> result =
        seat.start(
            account,
            List.of(socket, kind.files(home)),
            container.isPresent()
                ? List.of(socket, runtime.resolve(kind.unit()))
                : kind.lists(home),
            most,
            byName,
            Optional.empty(),
            stamps ->
                Optional.of(
                    switch (about) {
                      case NAMES -> heard.all(engine, stamps, allowance, asks);
                      case ONE -> heard.one(container.orElseThrow(), stamps, allowance, asks);
                      case ALL, RUNNING, FILES -> asks.ask();
                    }));
    return new PendingEngineAnswer(account, kind, seat, deadline, most, allowance, result);
  }

  /**
   * Asks the reader of the user. One that does not answer in time is ended, unless it is young:
   * whoever asks again may find it started.
   */
  private PendingEngineAnswer.Says answered(
      UserEngineTask seat, Users.Account account, UserQuestion question, Allowance allowance)
      throws IOException {
    List<Channel> ends = Channel.pair();
    try (Channel channel = ends.getFirst()) {
      long begin = System.nanoTime();
      UserReaders.TakenQuestion taken;
      try (Channel theirs = ends.getLast()) {
        taken = readers.ask(account, question.bytes(), theirs.fd());
      } catch (IOException e) {
        // Its user can hold up its start.
        throw System.nanoTime() - begin > WITHIN.toNanos() ? new UserEngineTask.TooSlow() : e;
      }
      long usual = System.nanoTime() + WITHIN.toNanos();
      // Also if another question started it: the user's two engines have one reader.
      long started = taken.started() + WITHIN.plus(STARTS_WITHIN).toNanos();
      long most = started - usual > 0 ? started : usual;
      try {
        PendingEngineAnswer.Says says =
            received(channel, account, question.kind(), most, allowance);
        if (System.nanoTime() - usual > 0) {
          seat.startedSlowly();
        }
        return says;
      } catch (KernelException e) {
        if (!e.isTimeout() || System.nanoTime() - taken.started() > IS_GIVEN.toNanos()) {
          readers.end(account.uid());
        }
        throw e.isTimeout() ? new UserEngineTask.TooSlow() : e;
      } finally {
        taken.release().run();
      }
    }
  }

  private static PendingEngineAnswer.Says received(
      Channel channel,
      Users.Account account,
      UserEngineKind kind,
      long deadline,
      Allowance allowance)
      throws IOException {
    Owner owner = NameGrammar.owner(account);
    List<FoundContainer> containers = allowance.list();
    while (true) {
      channel.receiveWithin(Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
      byte[] message =
          channel
              .receive(UserAnswer.LONGEST)
              .orElseThrow(() -> new IOException("the reader of this user has ended"));
      try {
        allowance.take(TIMES_ITSELF * message.length);
      } catch (AllowanceExceeded e) {
        return new PendingEngineAnswer.Says(
            List.of(), UserAnswer.Files.TOO_MUCH, 0, Optional.empty());
      }
      UserAnswer part = UserAnswer.parse(message);
      containers.addAll(
          NamedRuntime.named(
              part.containers().stream().map(said -> said.of(kind.scheme(), owner)).toList()));
      if (part.files() != null) {
        return new PendingEngineAnswer.Says(
            containers, part.files(), part.count(), Optional.ofNullable(part.silence()));
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

  private static List<Users.Account> accounts() {
    List<Users.Account> accounts = new ArrayList<>();
    try (DirectoryStream<Path> directories =
        Files.newDirectoryStream(UserQuestion.RUNTIME_DIRECTORIES, "[1-9]*")) {
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
