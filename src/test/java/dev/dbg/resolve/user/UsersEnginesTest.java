package dev.dbg.resolve.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.Users;
import dev.dbg.kernel.socket.Channel;
import dev.dbg.model.Gid;
import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersEnginesTest {
  private static final List<Users.Account> ACCOUNTS =
      List.of(new Users.Account(new Uid(4_000_000_000L), "nobody-has-it", new Gid(1), "/"));

  private static final Uid ME = new Uid(ThisProcess.user());

  private static final List<UserEngineKind> KINDS = List.of(UserEngineKind.DOCKER);

  /** As if no thread could be started for the second one. */
  private static final List<UserEngineKind> THAT_FAIL =
      new AbstractList<>() {
        @Override
        public UserEngineKind get(int index) {
          throw new OutOfMemoryError("unable to create native thread");
        }

        @Override
        public int size() {
          return 1;
        }
      };

  private static UsersAnswers asked(Semaphore turns, List<UserEngineKind> kinds) {
    return asked(turns, ACCOUNTS, kinds);
  }

  private static UsersAnswers asked(
      Semaphore turns, List<Users.Account> accounts, List<UserEngineKind> kinds) {
    return new UsersEngines(NoReaders.NONE)
        .ask(turns, accounts, kinds, UserQuestion.About.ALL, Optional.empty(), false);
  }

  /** Otherwise two such failures would leave users' containers out until dbgd is started again. */
  @Test
  void a_turn_is_given_back_when_no_thread_can_be_started() {
    Semaphore turns = new Semaphore(1);
    for (int i = 0; i < 3; i++) {
      assertThrows(OutOfMemoryError.class, () -> asked(turns, THAT_FAIL));
    }
    assertEquals(1, turns.availablePermits());
  }

  @Test
  void a_turn_lasts_until_the_answers_are_closed() {
    Semaphore turns = new Semaphore(1);
    try (UsersAnswers _ = asked(turns, KINDS)) {
      assertEquals(0, turns.availablePermits());
    }
    assertEquals(1, turns.availablePermits());
  }

  private static List<String> words(UsersAnswers answers) {
    return answers.unheard().stream().map(UnansweredEngine::words).toList();
  }

  /** Here no reader starts. */
  @Test
  void an_engine_of_which_there_is_a_trace_and_no_answer_is_named(@TempDir Path home)
      throws IOException {
    Path _ = Files.createDirectories(UserEngineKind.DOCKER.files(home));
    Users.Account una = new Users.Account(ME, "una", new Gid(0), home.toString());
    atLast(
        () -> {
          try (UsersAnswers answers =
              asked(new Semaphore(1), List.of(una), List.of(UserEngineKind.values()))) {
            return isDockersUnheard(answers);
          }
        });
  }

  private static boolean isDockersUnheard(UsersAnswers answers) {
    return answers.all().isEmpty() && words(answers).equals(List.of("docker of una"));
  }

  /** Where the machine is so busy that threads are later than two seconds, the next time. */
  private static void atLast(BooleanSupplier scene) {
    int tries = 0;
    while (!scene.getAsBoolean()) {
      tries++;
      assertTrue(tries < 10, "never");
    }
  }

  /** On a busy host it takes that long. Whoever waits less ends it, and so the others' answers. */
  @Test
  @Tag("whole")
  void a_reader_that_another_question_started_has_as_long_to_start(@TempDir Path home)
      throws IOException {
    Path _ = Files.createDirectories(UserEngineKind.DOCKER.files(home));
    Users.Account una = new Users.Account(ME, "una", new Gid(0), home.toString());
    UserReaders slow =
        new UserReaders() {
          @Override
          public TakenQuestion ask(Users.Account user, byte[] question, Fd answers)
              throws IOException {
            Channel theirs = handedOver(answers);
            Thread _ = Thread.ofPlatform().start(() -> answersLate(theirs));
            return new TakenQuestion(System.nanoTime(), () -> {});
          }

          @Override
          public void end(Uid user) {}
        };
    atLast(() -> isHeard(slow, una));
  }

  private static boolean isHeard(UserReaders readers, Users.Account user) {
    try (UsersAnswers answers =
        new UsersEngines(readers)
            .ask(
                new Semaphore(1),
                List.of(user),
                KINDS,
                UserQuestion.About.ALL,
                Optional.empty(),
                false)) {
      return answers.all().equals(List.of(List.of())) && words(answers).isEmpty();
    }
  }

  /** Otherwise on a busy host each try starts one again, and all of them are in vain. */
  @ParameterizedTest
  @CsvSource({"7, false", "60, true"})
  @Tag("whole")
  void a_reader_that_does_not_answer_is_ended_unless_it_is_young(
      long age, boolean isEnded, @TempDir Path home) throws IOException {
    Path _ = Files.createDirectories(UserEngineKind.DOCKER.files(home));
    Users.Account una = new Users.Account(ME, "una", new Gid(0), home.toString());
    AtomicBoolean ended = new AtomicBoolean();
    UserReaders silent =
        new UserReaders() {
          @Override
          public TakenQuestion ask(Users.Account user, byte[] question, Fd answers)
              throws IOException {
            Channel theirs = handedOver(answers);
            long started = System.nanoTime() - Duration.ofSeconds(age).toNanos();
            return new TakenQuestion(started, theirs::close);
          }

          @Override
          public void end(Uid user) {
            ended.set(true);
          }
        };
    atLast(
        () -> {
          ended.set(false);
          try (UsersAnswers answers =
              new UsersEngines(silent)
                  .ask(
                      new Semaphore(1),
                      List.of(una),
                      KINDS,
                      UserQuestion.About.ALL,
                      Optional.empty(),
                      true)) {
            return isDockersUnheard(answers) && ended.get() == isEnded;
          }
        });
  }

  /** Its user can stop it before it has begun. */
  @Test
  @Tag("whole")
  void an_engine_whose_reader_does_not_start_is_left_alone(@TempDir Path home) throws IOException {
    Path _ = Files.createDirectories(UserEngineKind.DOCKER.files(home));
    Users.Account una = new Users.Account(ME, "una", new Gid(0), home.toString());
    AtomicInteger asked = new AtomicInteger();
    UserReaders held =
        new UserReaders() {
          @Override
          public TakenQuestion ask(Users.Account user, byte[] question, Fd answers)
              throws IOException {
            int _ = asked.incrementAndGet();
            long end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
            while (System.nanoTime() - end < 0) {
              LockSupport.parkNanos(1_000_000);
            }
            throw new IOException("it did not start");
          }

          @Override
          public void end(Uid user) {}
        };
    atLast(
        () -> {
          asked.set(0);
          UsersEngines engines = new UsersEngines(held);
          for (int i = 0; i < 2; i++) {
            try (UsersAnswers answers =
                engines.ask(
                    new Semaphore(1),
                    List.of(una),
                    KINDS,
                    UserQuestion.About.ALL,
                    Optional.empty(),
                    false)) {
              assertTrue(isDockersUnheard(answers));
            }
          }
          return asked.get() == 1;
        });
  }

  /** As a reader gets it, through a socket. */
  private static Channel handedOver(Fd fd) throws IOException {
    List<Channel> ends = Channel.pair();
    try (Channel dbgd = ends.getFirst();
        Channel reader = ends.getLast()) {
      dbgd.send(new byte[1], List.of(fd));
      return new Channel(reader.receiveWithDescriptors(1).orElseThrow().descriptors().getFirst());
    }
  }

  private static void answersLate(Channel dbgd) {
    try (dbgd) {
      Thread.sleep(Duration.ofMillis(2500));
      dbgd.send(new UserAnswer(List.of(), UserAnswer.Files.USUAL, 0, null).bytes(), List.of());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoever_gets_no_turn_has_heard_nobody() {
    Thread.currentThread().interrupt(); // It does not wait.
    try (UsersAnswers answers = asked(new Semaphore(0), KINDS)) {
      assertTrue(Thread.interrupted());
      assertEquals(List.of(), answers.all());
      assertEquals(List.of("some user's engine"), words(answers));
    }
  }

  /** Otherwise whoever keeps their own engine from answering keeps all others waiting. */
  @Test
  void a_container_of_a_named_user_needs_no_turn_of_other_names() {
    UsersEngines engines = new UsersEngines(NoReaders.NONE);
    int _ = engines.lookUps.drainPermits();
    Target mine =
        new Target(
            "docker",
            Optional.of(new Target.Owner(ME, "me")),
            "0".repeat(64),
            "web",
            new Image("", ""),
            Optional.empty(),
            "running",
            1,
            ResolvedBy.DISK);
    try {
      assertEquals(Optional.empty(), engines.again(mine));
    } catch (RuntimeUnavailable e) {
      // Whoever runs this has a Docker.
      assertFalse(e.message().contains("some user's engine"), e.message());
    }
  }

  @Test
  void an_engine_that_was_too_slow_is_left_alone_unless_its_user_is_named(@TempDir Path home)
      throws Exception {
    UserEngineTask seat = new UserEngineTask();
    assertEquals(
        UserEngineTask.TooSlow.class,
        failure(
            asked(
                seat,
                home,
                false,
                () -> {
                  throw new UserEngineTask.TooSlow();
                })));
    assertEquals(IOException.class, failure(asked(seat, home, false, () -> "answer")));
    assertEquals("answer", asked(seat, home, true, () -> "answer").get());

    // One question at a time: whoever is next does not wait for it.
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Future<String> first =
        asked(
            seat,
            home,
            true,
            () -> {
              begun.countDown();
              end.await();
              return "answer";
            });
    assertTrue(begun.await(1, TimeUnit.MINUTES));
    assertEquals(IOException.class, failure(asked(seat, home, true, () -> "answer")));
    end.countDown();
    assertEquals("answer", first.get());
  }

  private static Future<String> asked(
      UserEngineTask seat, Path home, boolean byName, Callable<String> work) {
    return seat.start(
        new Users.Account(ME, "una", new Gid(0), home.toString()),
        List.of(home),
        List.of(),
        System.nanoTime() + Duration.ofMinutes(2).toNanos(),
        byName,
        "nothing",
        _ -> work.call());
  }

  private static Class<?> failure(Future<String> asked) {
    ExecutionException failure = assertThrows(ExecutionException.class, asked::get);
    return Objects.requireNonNull(failure.getCause()).getClass();
  }
}
