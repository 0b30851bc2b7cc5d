package dev.dbg.tools;

import java.util.Set;

/** The capabilities(7) that a tool's entry may ask for. None is equivalent to root. */
public enum Capability {
  DAC_READ_SEARCH(2),
  /** In the container's pid namespace dbg-enter permits SIGQUIT with it, and no other signal. */
  KILL(5),
  NET_BIND_SERVICE(10),
  NET_ADMIN(12),
  NET_RAW(13),
  SYS_PTRACE(19);

  private final int number;

  Capability(int number) {
    this.number = number;
  }

  /** The set as the kernel's mask. */
  public static long mask(Set<Capability> capabilities) {
    return capabilities.stream().mapToLong(c -> 1L << c.number).reduce(0, (a, b) -> a | b);
  }
}
