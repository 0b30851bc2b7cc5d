package dev.dbg.kernel.process;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A process whose namespaces are the host's. dbgd's own are never used for that, because they may
 * be those of a service.
 */
public final class HostProcess {
  private static final Pid INIT = new Pid(1);
  private static final Pid KTHREADD = new Pid(2);

  private HostProcess() {}

  /** Something that is looked up in the process. */
  @FunctionalInterface
  public interface HostLookup<T> {
    T of(Pid process) throws KernelException;
  }

  /**
   * Looks it up in process 1, or kthreadd if a security module hides process 1 from root: kernel
   * threads never leave the initial namespaces.
   */
  public static <T> T ask(HostLookup<T> lookup) throws KernelException {
    try {
      return lookup.of(INIT);
    } catch (KernelException e) {
      if (isKthreadd()) {
        return lookup.of(KTHREADD);
      }
      throw e;
    }
  }

  public static boolean shares(ProcDir process, Set<NamespaceKind> kinds) throws KernelException {
    for (NamespaceKind kind : kinds) {
      if (!process.namespace(kind).equals(ask(host -> namespace(host, kind)))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Does the work in the host's namespace of this kind. Where dbgd has one of its own, a thread of
   * this name does it that joins the host's, and ends.
   */
  public static <T> T within(NamespaceKind kind, String name, Supplier<T> work)
      throws KernelException {
    try (ProcDir self = ProcDir.ofThisThread()) {
      if (shares(self, EnumSet.of(kind))) {
        return work.get();
      }
    }
    return OneUseThread.run(
        name,
        () -> {
          Pid _ =
              ask(
                  process -> {
                    Namespaces.join(process, kind);
                    return process;
                  });
          return work.get();
        });
  }

  private static String namespace(Pid process, NamespaceKind kind) throws KernelException {
    try (ProcDir directory = ProcDir.open(process)) {
      return directory.namespace(kind);
    }
  }

  private static boolean isKthreadd() {
    try (ProcDir directory = ProcDir.open(KTHREADD)) {
      return directory.command().equals("kthreadd");
    } catch (KernelException e) {
      return false;
    }
  }
}
