package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.untrusted.Allowance;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerdApiTest {
  @TempDir Path directory;

  private interface AskedList {
    void ask() throws RuntimeUnavailable;
  }

  /** An answer may have eight megabytes, which are held several times while it is read. */
  @Test
  void one_list_is_requested_at_a_time() throws Exception {
    ContainerdApi api = new ContainerdApi(directory.resolve("none"));
    List<AskedList> lists =
        List.of(
            () -> {
              var _ = api.pods();
            },
            () -> {
              var _ = api.containers("default");
            },
            () -> {
              var _ = api.stored();
            });
    for (AskedList list : lists) {
      Thread asking;
      try (Allowance other = Allowance.ofRuntime()) {
        other.awaitTurn();
        asking = waiting(list, Thread.State.TIMED_WAITING);
      }
      asking.join();
    }
  }

  @Test
  void one_answer_about_a_container_is_held_at_a_time() throws Exception {
    ContainerdApi api = new ContainerdApi(directory.resolve("none"));
    Thread asking;
    synchronized (api) {
      asking =
          waiting(
              () -> {
                var _ = api.container("default", "one");
              },
              Thread.State.BLOCKED);
    }
    asking.join();
  }

  private static Thread waiting(AskedList list, Thread.State expected) throws InterruptedException {
    Thread asking = Thread.ofPlatform().daemon().start(() -> ask(list));
    while (asking.getState() == Thread.State.NEW || asking.getState() == Thread.State.RUNNABLE) {
      Thread.sleep(1);
    }
    assertEquals(expected, asking.getState());
    return asking;
  }

  private static void ask(AskedList list) {
    try {
      list.ask();
    } catch (RuntimeUnavailable e) {
      throw new IllegalStateException(e);
    }
  }
}
