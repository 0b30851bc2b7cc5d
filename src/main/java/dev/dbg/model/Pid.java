package dev.dbg.model;

/**
 * A process id in dbgd's namespace, credentials(7). It reliably names a process only while dbgd
 * holds a pidfd of that process.
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
