package dev.dbg.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What dbgd does at each SIGHUP: it reads its policy again. */
class CoalescingRunnerTest {
  private final AtomicReference<String> onDisk = new AtomicReference<>("old");
  private final AtomicReference<String> inForce = new AtomicReference<>("none");
  private final CountDownLatch isRead = new CountDownLatch(1);
  private final CountDownLatch goesOn = new CountDownLatch(1);
  private final List<String> loaded = new ArrayList<>();

  /** The first takes its time between reading and putting in force. */
  private void reload() {
    String policy = onDisk.get();
    if (policy.equals("old")) {
      isRead.countDown();
      try {
        goesOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    inForce.set(policy);
    synchronized (loaded) {
      loaded.add(policy);
    }
  }

  @Test
  void a_policy_that_was_read_earlier_does_not_replace_one_that_was_read_later() throws Exception {
    Runnable reloads = new CoalescingRunner(this::reload);
    Thread slow = Thread.ofPlatform().start(reloads);
    isRead.await();
    onDisk.set("new");
    List<Thread> others = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      others.add(Thread.ofPlatform().start(reloads));
    }
    // None of them waits for the slow one.
    for (Thread other : others) {
      other.join();
    }
    goesOn.countDown();
    slow.join();

    assertEquals("new", inForce.get());
    assertEquals(List.of("old", "new"), loaded);
    reloads.run();
    assertEquals(List.of("old", "new", "new"), loaded);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_action_that_fails_does_not_keep_the_next_from_running(boolean isError) {
    List<Integer> runs = new ArrayList<>();
    Runnable reloads =
        new CoalescingRunner(
            () -> {
              runs.add(runs.size());
              if (runs.size() == 1) {
                if (isError) {
                  throw new StackOverflowError("a policy with nested arrays");
                }
                throw new IllegalStateException("a policy that nobody expected");
              }
            });
    Thread first = Thread.ofPlatform().unstarted(reloads);
    first.setUncaughtExceptionHandler((thread, failure) -> {});
    first.start();
    try {
      first.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    reloads.run();
    assertEquals(List.of(0, 1), runs);
  }
}
