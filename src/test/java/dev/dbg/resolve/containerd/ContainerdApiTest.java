package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.resolve.container.RuntimeUnavailable;
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
  void of_lists_one_is_asked_for_at_a_time() throws Exception {
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
      synchronized (api) {
        asking = Thread.ofPlatform().daemon().start(() -> ask(list));
        while (asking.getState() == Thread.State.NEW
            || asking.getState() == Thread.State.RUNNABLE) {
          Thread.sleep(1);
        }
        assertEquals(Thread.State.BLOCKED, asking.getState());
      }
      asking.join();
    }
  }

  private static void ask(AskedList list) {
    try {
      list.ask();
    } catch (RuntimeUnavailable e) {
      throw new IllegalStateException(e);
    }
  }
}
