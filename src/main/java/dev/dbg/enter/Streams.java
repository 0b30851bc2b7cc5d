package dev.dbg.enter;

import dev.dbg.model.NamespaceKind;
import java.util.Set;

/** What a tool has as standard input, output and error. */
public enum Streams {
  /** The operator's own descriptors: nothing is copied. */
  DIRECT,
  /**
   * Pipes, which dbg-enter copies from and to the operator's descriptors. Those never enter a pid
   * namespace of the container's, where its root could take them.
   */
  PIPES,
  /** A terminal of its own, pty(7), copied likewise. */
  TERMINAL;

  /**
   * Which it is.
   *
   * @param terminal whether the operator asked for one
   */
  public static Streams of(Set<NamespaceKind> selected, boolean terminal) {
    if (terminal) {
      return TERMINAL;
    }
    return selected.contains(NamespaceKind.PID) ? PIPES : DIRECT;
  }

  boolean areRelayed() {
    return this != DIRECT;
  }
}
