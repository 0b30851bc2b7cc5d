package dev.dbg.plan;

import dev.dbg.model.NamespaceKind;
import java.util.Set;

/** How a tool's standard input, output and error reach the operator. */
public enum Streams {
  /** The client holds the other ends of the tool's pipes. */
  HANDED("handed"),
  /**
   * dbg-enter copies between the tool and the client. This is used with pid, where dbg-enter stays
   * outside as the tool's parent; for a recording; and for a tracer, because a client that does not
   * read could otherwise block it, and with it the container's processes. The client has sockets.
   */
  RELAYED("pipes"),
  /** The tool has its own terminal, pty(7), and dbg-enter copies. */
  TERMINAL("terminal");

  private final String word;

  Streams(String word) {
    this.word = word;
  }

  /**
   * The choice for a session.
   *
   * @param terminal whether the operator asked for one
   * @param tracer whether the tool traces processes of the container
   * @param recorded whether the tool's output is recorded
   */
  public static Streams of(
      Set<NamespaceKind> selected, boolean terminal, boolean tracer, boolean recorded) {
    if (terminal) {
      return TERMINAL;
    }
    return recorded || tracer || selected.contains(NamespaceKind.PID) ? RELAYED : HANDED;
  }

  /** Its name in records. */
  public String word() {
    return word;
  }

  public boolean areRelayed() {
    return this != HANDED;
  }
}
