package dev.dbg.kernel.process;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The host's name and machine id. The name of this process's own UTS namespace may be another one:
 * systemd gives a service with ProtectHostname= a copy that later changes do not reach.
 */
public final class ThisHost {
  private static final Path NAME = Path.of("/proc/sys/kernel/hostname");
  private static final Path MACHINE_ID = Path.of("/etc/machine-id");

  private static final Pid INIT = new Pid(1);
  private static final Pid KTHREADD = new Pid(2);
  private static final Path KTHREADD_COMM = Path.of("/proc/2/comm");

  private ThisHost() {}

  /** The name of this process's own UTS namespace. */
  public static String ownName() {
    // The kernel shows each thread the name of the thread's namespace, proc_sys_kernel(5).
    return read(NAME);
  }

  /** The machine id as it is in its file; empty if there is none. */
  public static String machineId() {
    return read(MACHINE_ID);
  }

  /**
   * The name in the host's UTS namespace: that of process 1, or of kthreadd if a security module
   * hides process 1 from root. This process's own name if neither can be joined.
   */
  public static String name() {
    return nameIn(INIT)
        .or(() -> read(KTHREADD_COMM).equals("kthreadd") ? nameIn(KTHREADD) : Optional.empty())
        .orElseGet(ThisHost::ownName);
  }

  /** The name in a process's UTS namespace; empty if that cannot be joined. */
  private static Optional<String> nameIn(Pid process) {
    CompletableFuture<Optional<String>> name = new CompletableFuture<>();
    // The thread stays in the namespace that it joins, so it does nothing else.
    Thread _ =
        Thread.ofPlatform()
            .name("host-name")
            .start(() -> name.complete(join(process) ? Optional.of(ownName()) : Optional.empty()));
    return name.join();
  }

  private static boolean join(Pid process) {
    try (Capabilities.Raised _ = Capabilities.raise();
        ProcDir directory = ProcDir.open(process);
        Fd uts = directory.openNamespace(NamespaceKind.UTS)) {
      require(
          "setns",
          "uts of process " + process,
          () -> LIBC.setns(uts.number(), NamespaceKind.UTS.cloneFlag()));
      return true;
    } catch (KernelException | RuntimeException e) {
      return false;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
