package dev.dbg.enter;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.process.Child;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/**
 * A process in fresh namespaces of all kinds, which dbgd can enter as if it were a container's: its
 * own user and time namespaces can't be joined by who is in them.
 *
 * <p>For one thread, which closes it, and which must outlive it: see {@link Child}.
 */
public final class ProbeProcess implements AutoCloseable {
  private static final int LONGEST_REPORT = 1024;
  private static final int ESRCH = 3;

  private final Child child;
  private final Pipe life;
  private final Pid pid;
  private final Map<NamespaceKind, String> missing;

  private ProbeProcess(Child child, Pipe life, Pid pid, Map<NamespaceKind, String> missing) {
    this.child = child;
    this.life = life;
    this.pid = pid;
    this.missing = missing;
  }

  /**
   * Starts it and waits until it is in its namespaces.
   *
   * @throws KernelException when this host gives it none
   */
  public static ProbeProcess start(Helper helper) throws KernelException {
    helper.open();
    Pipe life = Pipe.open();
    boolean lives = false;
    try (Pipe report = Pipe.open()) {
      Child child = Child.spawn(helper.prepare(HelperArgs.probe(life.reader(), report.writer())));
      try {
        byte[] said = report.drain(LONGEST_REPORT);
        if (said.length < 2 || !Character.isDigit(said[0])) {
          throw said.length < 2
              ? KernelException.reported(ESRCH, "read of a stand-in")
              : KernelException.reported(said[1], HelperReport.text(said));
        }
        String[] numbers = new String(said, StandardCharsets.US_ASCII).split(" ", -1);
        Map<NamespaceKind, String> missing = new EnumMap<>(NamespaceKind.class);
        note(missing, NamespaceKind.USER, numbers[1]);
        note(missing, NamespaceKind.TIME, numbers[2]);
        ProbeProcess probe =
            new ProbeProcess(child, life, new Pid(Integer.parseInt(numbers[0])), missing);
        lives = true;
        return probe;
      } finally {
        if (!lives) {
          end(child);
        }
      }
    } finally {
      if (!lives) {
        life.close();
      }
    }
  }

  private static void note(
      Map<NamespaceKind, String> missing, NamespaceKind kind, String errnoAsText) {
    int errno = Integer.parseInt(errnoAsText);
    if (errno != 0) {
      missing.put(
          kind, KernelException.reported(errno, "unshare a namespace of kind " + kind).message());
    }
  }

  /** The process that is in them. */
  public Pid pid() {
    return pid;
  }

  /** The kinds of which it has none of its own, and why. */
  public Map<NamespaceKind, String> missing() {
    return Map.copyOf(missing);
  }

  private static void end(Child child) throws KernelException {
    child.signal(Signals.KILL);
    Child.End _ = child.await();
  }

  /** Ends it, and waits for that. */
  @Override
  public void close() throws KernelException {
    life.close();
    end(child);
  }
}
