package dev.dbg.model;

/**
 * A process id in the namespace of dbgd, credentials(7). It names a process only while a pidfd of
 * it is held.
 */
public record Pid(int number) {
  public Pid {
    if (number <= 0) {
      throw new IllegalArgumentException("a process id is at least 1, not " + number);
    }
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
