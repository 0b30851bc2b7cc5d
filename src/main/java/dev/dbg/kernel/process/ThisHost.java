package dev.dbg.kernel.process;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.NamespaceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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

  /** The name in the host's UTS namespace; this process's own name if that cannot be joined. */
  public static String name() {
    try {
      return HostProcess.within(NamespaceKind.UTS, "host-name", ThisHost::ownName);
    } catch (KernelException | RuntimeException e) {
      return ownName();
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
