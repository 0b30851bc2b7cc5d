package dev.dbg.enter;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.process.Child;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/**
 * A process in new namespaces of all kinds, which dbgd enters like a container's: dbgd cannot join
 * the user and time namespaces that it is already in.
 *
 * <p>For one thread, which closes it and must outlive it: {@link Child}.
 *
 * @param pid the process in the namespaces
 * @param missing the kinds of namespace that it could not create, and why
 */
public record ProbeProcess(Child child, Pipe life, Pid pid, Map<NamespaceKind, String> missing)
    implements AutoCloseable {
  private static final int LONGEST_REPORT = 1024;
  private static final int ESRCH = 3;

  /** Starts it and waits until it is in its namespaces; fails if this host forbids them. */
  public static ProbeProcess start(Helper helper) throws KernelException {
    helper.open();
    Pipe life = Pipe.open();
    try (Pipe report = Pipe.open()) {
      Child child = Child.spawn(helper.prepare(HelperArgs.probe(life.reader(), report.writer())));
      try {
        byte[] reported = report.drain(LONGEST_REPORT);
        if (reported.length < 2 || !Character.isDigit(reported[0])) {
          throw reported.length < 2
              ? KernelException.reported(ESRCH, "read the probe process")
              : KernelException.reported(reported[1], HelperReport.text(reported));
        }
        String[] numbers = new String(reported, StandardCharsets.US_ASCII).split(" ", -1);
        Map<NamespaceKind, String> missing = new EnumMap<>(NamespaceKind.class);
        note(missing, NamespaceKind.USER, numbers[1]);
        note(missing, NamespaceKind.TIME, numbers[2]);
        return new ProbeProcess(child, life, new Pid(Integer.parseInt(numbers[0])), missing);
      } catch (Throwable e) {
        child.discard();
        throw e;
      }
    } catch (Throwable e) {
      life.close();
      throw e;
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

  /** Kills it and waits for its end. */
  @Override
  public void close() throws KernelException {
    life.close();
    child.discard();
  }
}
