package dev.dbg.kernel;

/**
 * The capabilities(7) that dbgd needs for itself and for tools, and their uses: those in
 * CapabilityBoundingSet= of dbgd.service.
 */
public enum Privilege {
  DAC_READ_SEARCH(2, false, "run tools that open other users' files: netstat -p, ss -p, strace"),
  KILL(5, true, "end a tool that runs as another user, and run threads"),
  SETGID(6, true, "set the tool's group"),
  SETUID(7, true, "set the tool's user"),
  SETPCAP(8, true, "drop the capabilities that a tool's entry does not list"),
  NET_BIND_SERVICE(10, false, "run tools that send from a port below 1024"),
  NET_ADMIN(12, false, "run tools that query all of the network state"),
  NET_RAW(13, false, "run tools that capture or send packets: ping, tcpdump"),
  SYS_CHROOT(18, true, "join a mount namespace, and give every tool its own root"),
  SYS_PTRACE(19, true, "find the namespaces of processes, and run tools that inspect processes"),
  SYS_ADMIN(21, true, "join namespaces, and mount");

  private static final int PR_CAPBSET_READ = 23;

  private final int number;
  private final boolean dbgds;
  private final String use;

  Privilege(int number, boolean dbgds, String use) {
    this.number = number;
    this.dbgds = dbgds;
    this.use = use;
  }

  /** Whether every session needs it, not only some tools. */
  public boolean isDbgds() {
    return dbgds;
  }

  /** As the only one in a set of the kernel's. */
  public long mask() {
    return 1L << number;
  }

  /** Its use, to follow "needed to". */
  public String use() {
    return use;
  }

  /** As capabilities(7) writes it: {@code CAP_SYS_ADMIN}. */
  public String word() {
    return "CAP_" + name();
  }

  /**
   * Whether it is in the thread's bounding set, PR_CAPBSET_READ(2const): a process of root has all
   * capabilities of that set. Opens no file, so it works in any mount namespace.
   */
  public boolean isHeld() {
    return LibC.prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1;
  }
}
