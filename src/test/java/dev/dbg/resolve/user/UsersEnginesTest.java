package dev.dbg.resolve.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dbg.kernel.process.Users;
import dev.dbg.model.Gid;
import dev.dbg.model.Uid;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class UsersEnginesTest {
  private static final List<Users.Account> ACCOUNTS =
      List.of(new Users.Account(new Uid(4_000_000_000L), "nobody-has-it", new Gid(1), "/"));

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

  private static UsersEngines.UsersAnswers asked(Semaphore turns, List<UserEngineKind> kinds) {
    return new UsersEngines(UserReaders.NONE)
        .ask(turns, ACCOUNTS, kinds, UserQuestion.About.ALL, "");
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
    try (UsersEngines.UsersAnswers answers = asked(turns, KINDS)) {
      assertFalse(answers.isBusy());
      assertEquals(0, turns.availablePermits());
    }
    assertEquals(1, turns.availablePermits());
  }
}
