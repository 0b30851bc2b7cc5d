package dev.dbg.resolve.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dbg.kernel.process.Users;
import dev.dbg.model.Gid;
import dev.dbg.model.Uid;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class UsersEnginesTest {
  private static final List<Users.Account> ACCOUNTS =
      List.of(new Users.Account(new Uid(4_000_000_000L), "nobody-has-it", new Gid(1), "/"));

  private static final List<UserEngineKind> KINDS = List.of(UserEngineKind.DOCKER);

  /** Otherwise two such failures would leave users' containers out until dbgd is started again. */
  @Test
  void a_turn_is_given_back_when_no_thread_can_be_started() {
    UsersEngines users = new UsersEngines();
    Semaphore turns = new Semaphore(1);
    for (int i = 0; i < 3; i++) {
      assertThrows(
          OutOfMemoryError.class,
          () ->
              users.ask(
                  turns,
                  ACCOUNTS,
                  KINDS,
                  (_, _, _) -> {
                    throw new OutOfMemoryError("unable to create native thread");
                  }));
    }
    assertEquals(1, turns.availablePermits());
  }

  @Test
  void a_turn_lasts_until_the_answers_are_closed() {
    UsersEngines users = new UsersEngines();
    Semaphore turns = new Semaphore(1);
    try (UsersEngines.UsersAnswers<String> answers =
        users.ask(turns, ACCOUNTS, KINDS, (_, _, _) -> CompletableFuture.completedFuture("x"))) {
      assertFalse(answers.isBusy());
      assertEquals(List.of("x"), answers.all().toList());
      assertEquals(0, turns.availablePermits());
    }
    assertEquals(1, turns.availablePermits());
  }
}
