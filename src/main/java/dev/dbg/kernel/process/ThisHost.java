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
import java.util.concurrent.CompletableFuture;

/**
 * The host's name and machine id. The name of this process's own UTS namespace may be another one:
 * systemd gives a service with ProtectHostname= a copy that later changes do not reach.
 */
public final class ThisHost {
  private static final Path NAME = Path.of("/proc/sys/kernel/hostname");
  private static final Path MACHINE_ID = Path.of("/etc/machine-id");

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
   * The name in the host's UTS namespace; this process's own if that cannot be joined.
   *
   * @param host a process in that namespace
   */
  public static String name(Pid host) {
    CompletableFuture<String> name = new CompletableFuture<>();
    // The thread stays in the namespace that it joins, so it does nothing else.
    Thread _ =
        Thread.ofPlatform()
            .name("host-name")
            .start(
                () -> {
                  try (Capabilities.Raised _ = Capabilities.raise();
                      ProcDir process = ProcDir.open(host);
                      Fd uts = process.openNamespace(NamespaceKind.UTS)) {
                    require(
                        "setns",
                        "uts of process " + host,
                        () -> LIBC.setns(uts.number(), NamespaceKind.UTS.cloneFlag()));
                  } catch (KernelException | RuntimeException e) {
                    // Without the right to join it, its own name is the best that there is.
                  }
                  name.complete(ownName());
                });
    return name.join();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
