package dev.dbg.enter;

import dev.dbg.model.NamespaceKind;
import java.util.Set;

/** What a tool has as standard input, output and error. */
public enum Streams {
  /** The operator's own descriptors: nothing is copied. */
  DIRECT,
  /**
   * Pipes, which dbg-enter copies from and to the operator's descriptors. Those never enter a pid
   * namespace of the container's, where its root could take them. Nor does a file of the operator's
   * come where the container's files are: it lies on a mount where code may be mapped, and a file
   * of the container's, as ld.so.preload, could name it as a library, by {@code /proc/self/fd}. Nor
   * does a tool that may execute a program get a file that it could execute.
   */
  PIPES,
  /** A terminal of its own, pty(7), copied likewise. */
  TERMINAL;

  /**
   * Which it is.
   *
   * @param terminal whether the operator asked for one
   * @param files whether one of the operator's descriptors is a file
   * @param executes whether the tool may execute a program
   * @param recorded whether what the tool writes is recorded
   */
  public static Streams of(
      Set<NamespaceKind> selected,
      boolean terminal,
      boolean files,
      boolean executes,
      boolean recorded) {
    if (terminal) {
      return TERMINAL;
    }
    boolean named = files && (executes || selected.contains(NamespaceKind.MNT));
    return recorded || named || selected.contains(NamespaceKind.PID) ? PIPES : DIRECT;
  }

  boolean areRelayed() {
    return this != DIRECT;
  }
}
