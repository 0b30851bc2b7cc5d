package dev.dbg.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Signals that this process sends to itself. */
class ThisProcessTest {
  private static final String NAME = "USR2";

  private final AtomicInteger runs = new AtomicInteger();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch goesOn = new CountDownLatch(1);

  private void act() {
    runs.incrementAndGet();
    begun.countDown();
    await(goesOn);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void raise(String name) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Object one = signal.getConstructor(String.class).newInstance(name);
    Object _ = signal.getMethod("raise", signal).invoke(null, one);
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  @Test
  void signals_that_come_while_one_is_answered_are_answered_by_one_more_run() throws Exception {
    CountDownLatch delivered = new CountDownLatch(1);
    Runnable unsignalled = ThisProcess.onSignal(NAME, this::act);
    Runnable _ = ThisProcess.onSignal("WINCH", delivered::countDown);
    raise(NAME);
    await(begun);
    for (int i = 0; i < 5; i++) {
      raise(NAME);
    }
    // Its number is greater, and the JVM delivers the signal with the smallest one first.
    raise("WINCH");
    await(delivered);
    while (threads("SIG" + NAME + " handler") > 0
        || (threads("signal-" + NAME) > 1 && runs.get() == 1)) {
      Thread.onSpinWait();
    }
    // Such as a policy that has been replaced.
    Thread another = Thread.ofPlatform().start(unsignalled);
    while (another.isAlive() && runs.get() == 1) {
      Thread.onSpinWait();
    }
    goesOn.countDown();
    another.join();
    while (threads("signal-" + NAME) > 0) {
      Thread.onSpinWait();
    }

    assertEquals(2, runs.get());
  }
}
