package dev.dbg.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("of one thread that is ready all tests in this process know")
final class OneUseThreadTest {
  /** Another test may have left one. */
  @BeforeEach
  void nobody_is_ready() throws InterruptedException {
    Thread _ = used();
    while (!waiting().isEmpty()) {
      Thread.sleep(1);
    }
  }

  private static List<Thread> waiting() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("one-use"))
        .toList();
  }

  private static Thread used() {
    return OneUseThread.start("test", Thread::currentThread).join();
  }

  private static void isReady() throws InterruptedException {
    OneUseThread.makeReady();
    while (waiting().stream().noneMatch(thread -> thread.getState() == Thread.State.WAITING)) {
      Thread.sleep(1);
    }
  }

  @Test
  void work_runs_in_the_thread_that_is_ready_and_the_thread_ends() throws InterruptedException {
    isReady();
    OneUseThread.makeReady();
    List<Thread> ready = waiting();

    Thread used = used();

    assertEquals(List.of(used), ready);
    assertTrue(used.join(Duration.ofMinutes(1)));
    assertEquals(List.of(), waiting());
  }

  @Test
  void a_thread_that_failed_before_it_was_ready_gets_no_work() throws Exception {
    try (AutoCloseable _ =
        HookedLibrary.with(
            (_, arguments, real) -> {
              if (Thread.currentThread().getName().equals("one-use")) {
                throw new IllegalStateException("the kernel gives it nothing");
              }
              return real.with(arguments);
            })) {
      OneUseThread.makeReady();
      while (!waiting().isEmpty()) {
        Thread.sleep(1);
      }
    }

    assertEquals(
        "done", OneUseThread.start("test", () -> "done").orTimeout(1, TimeUnit.MINUTES).join());
  }

  @Test
  void each_work_has_a_thread_and_its_name() throws InterruptedException {
    isReady();
    Thread first = used();
    Thread second = used();

    assertNotEquals(first, second);
    String name = "test of " + Thread.currentThread().getName();
    assertEquals(List.of(name, name), List.of(first.getName(), second.getName()));
  }

  @Test
  void a_failure_reaches_who_waits() throws InterruptedException {
    isReady();

    CompletionException failed =
        assertThrows(
            CompletionException.class,
            () ->
                OneUseThread.start(
                        "test",
                        () -> {
                          throw new IOException("no");
                        })
                    .join());

    assertInstanceOf(IOException.class, failed.getCause());
  }
}
