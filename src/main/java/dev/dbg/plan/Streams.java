package dev.dbg.plan;

import dev.dbg.enter.StreamEnds;
import dev.dbg.model.NamespaceKind;
import java.util.Set;

/** How a tool's standard input, output and error reach the operator: {@link StreamEnds}. */
public enum Streams {
  /** The client has the other ends of the tool's own. */
  HANDED("handed"),
  /**
   * dbg-enter stands between, and copies. In a pid namespace of the container's it is the tool's
   * parent, which must be outside; what is recorded it writes down; and it lets nobody hold a
   * tracer, who holds the container's processes, by not reading.
   */
  RELAYED("pipes"),
  /** The tool has a terminal of its own, pty(7), and dbg-enter, which leads its session, copies. */
  TERMINAL("terminal");

  private final String word;

  Streams(String word) {
    this.word = word;
  }

  /**
   * Which it is.
   *
   * @param terminal whether the operator asked for one
   * @param tracer whether the tool holds processes of the container's
   * @param recorded whether what the tool writes is recorded
   */
  public static Streams of(
      Set<NamespaceKind> selected, boolean terminal, boolean tracer, boolean recorded) {
    if (terminal) {
      return TERMINAL;
    }
    return recorded || tracer || selected.contains(NamespaceKind.PID) ? RELAYED : HANDED;
  }

  /** As records name it. */
  public String word() {
    return word;
  }

  public boolean areRelayed() {
    return this != HANDED;
  }
}
