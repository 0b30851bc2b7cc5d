package dev.dbg.enter;

import dev.dbg.model.NamespaceKind;
import java.util.Set;

/** What a tool sees as {@code /}. */
public enum View {
  /** A root of its own, with the tool and what belongs to it: {@link ToolView}. */
  OWN,
  /**
   * The container's files, read-only, with the tool laid over a directory of theirs: {@link Box}.
   */
  CONTAINER;

  /** The tool sees the container's files where those are selected. */
  public static View of(Set<NamespaceKind> selected) {
    return selected.contains(NamespaceKind.MNT) ? CONTAINER : OWN;
  }
}
