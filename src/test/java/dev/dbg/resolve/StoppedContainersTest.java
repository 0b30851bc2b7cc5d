package dev.dbg.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.stopped.StoppedFiles;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StoppedContainersTest {
  private static final Target WEB =
      new Target(
          "k8s",
          Optional.empty(),
          "1".repeat(64),
          "shop/web-1/app",
          Image.NONE,
          Optional.of(Map.of()),
          "ended",
          0,
          ResolvedBy.API);

  /** Leaves one only when the other one who asks is beside it, waits for it, or has ended. */
  private static final class SlowRuntime implements ContainerRuntime {
    private final List<Thread> asking = new CopyOnWriteArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @Override
    public List<String> schemes() {
      return List.of("k8s");
    }

    @Override
    public List<FoundContainer> all() {
      return List.of();
    }

    @Override
    public List<FoundContainer> running() {
      return List.of();
    }

    @Override
    public Optional<StoppedFiles> files(Target target) {
      int now = inside.incrementAndGet();
      while (most.accumulateAndGet(now, Math::max) < 2 && asking.stream().noneMatch(this::waits)) {
        Thread.onSpinWait();
      }
      inside.decrementAndGet();
      return Optional.empty();
    }

    /** A thread may be blocked for a moment by what it loads. */
    private boolean waits(Thread one) {
      ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(one.threadId());
      return one.getState() == Thread.State.TERMINATED
          || (info != null && info.getLockOwnerId() == Thread.currentThread().threadId());
    }
  }

  /** Each is a megabyte of text, of which an object may be made for every third byte. */
  @Test
  void files_about_two_containers_are_read_one_after_the_other() throws Exception {
    SlowRuntime runtime = new SlowRuntime();
    StoppedContainers stopped = new StoppedContainers(List.of(), List.of(runtime));
    for (int i = 0; i < 2; i++) {
      runtime.asking.add(Thread.ofPlatform().daemon().unstarted(() -> ask(stopped)));
    }
    for (Thread one : runtime.asking) {
      one.start();
    }
    for (Thread one : runtime.asking) {
      one.join();
    }

    assertEquals(1, runtime.most.get());
  }

  private static void ask(StoppedContainers stopped) {
    try {
      StoppedFiles _ = stopped.of(WEB);
    } catch (RuntimeUnavailable e) {
      // It has none.
    }
  }
}
