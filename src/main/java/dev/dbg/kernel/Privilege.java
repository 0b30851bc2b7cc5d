package dev.dbg.kernel;

import static dev.dbg.kernel.Native.LIBC;

/**
 * The capabilities(7) that dbgd needs, for itself and to hand to tools, and what for. Those of the
 * unit's CapabilityBoundingSet.
 */
public enum Privilege {
  DAC_READ_SEARCH(
      2, false, "serves tools that open what only its owner may: netstat -p, ss -p, strace"),
  KILL(5, true, "ends a tool that runs as somebody else"),
  SETGID(6, true, "makes the tool's group its own"),
  SETUID(7, true, "makes the tool's user its own"),
  SETPCAP(8, true, "takes from a tool what its entry does not say"),
  NET_BIND_SERVICE(10, false, "serves tools that send from a port below 1024"),
  NET_ADMIN(12, false, "serves tools that ask the kernel for all of a network"),
  NET_RAW(13, false, "serves tools that see or send packets: ping, tcpdump"),
  SYS_CHROOT(18, true, "joins a mount namespace, and gives every tool a root of its own"),
  SYS_PTRACE(19, true, "finds the namespaces of processes, and serves tools that look at them"),
  SYS_ADMIN(21, true, "joins namespaces, and mounts");

  private static final int PR_CAPBSET_READ = 23;

  private final int number;
  private final boolean dbgds;
  private final String use;

  Privilege(int number, boolean dbgds, String use) {
    this.number = number;
    this.dbgds = dbgds;
    this.use = use;
  }

  /** Whether no session works without, as opposed to none of some tools. */
  public boolean isDbgds() {
    return dbgds;
  }

  /** What is done with it, in a few words. */
  public String use() {
    return use;
  }

  /** As capabilities(7) writes it: {@code CAP_SYS_ADMIN}. */
  public String word() {
    return "CAP_" + name();
  }

  /**
   * Whether dbgd may have it: whether it is in the thread's bounding set, PR_CAPBSET_READ(2const).
   * Root's programs have what is in there. No file is opened, so that it can be asked anywhere.
   */
  public boolean isHeld() {
    return LIBC.prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1;
  }
}
