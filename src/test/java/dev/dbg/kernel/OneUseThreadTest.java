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
import org.junit.jupiter.api.Test;

final class OneUseThreadTest {
  private static List<Thread> waiting() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("one-use"))
        .toList();
  }

  private static Thread used() {
    return OneUseThread.start("test", Thread::currentThread).join();
  }

  @Test
  void work_runs_in_the_thread_that_is_ready_and_the_thread_ends() throws InterruptedException {
    OneUseThread.makeReady();
    OneUseThread.makeReady();
    List<Thread> ready = waiting();

    Thread used = used();

    assertEquals(List.of(used), ready);
    assertTrue(used.join(Duration.ofSeconds(10)));
    assertEquals(List.of(), waiting());
  }

  @Test
  void each_work_has_a_thread_and_its_name() {
    OneUseThread.makeReady();
    Thread first = used();
    Thread second = used();

    assertNotEquals(first, second);
    String name = "test of " + Thread.currentThread().getName();
    assertEquals(List.of(name, name), List.of(first.getName(), second.getName()));
  }

  @Test
  void a_failure_reaches_who_waits() {
    OneUseThread.makeReady();

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
