package dev.dbg.plan;

import dev.dbg.model.NamespaceKind;
import dev.dbg.toolroot.OwnRoot;
import dev.dbg.toolroot.ToolBundle;
import dev.dbg.tools.Tool;
import java.util.Locale;
import java.util.Set;

/** What a tool sees as {@code /}. */
public enum View {
  /** A root of its own, with the tool and what belongs to it: {@link OwnRoot}. */
  OWN,
  /**
   * The container's files, read-only, with the tool laid over a directory of theirs: {@link
   * ToolBundle}.
   */
  CONTAINER;

  /** As records and answers name it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * What a tool sees where these namespaces are selected: the container's files where {@code mnt}
   * is among them, but for a tool that looks at others' processes.
   *
   * <p>The container's owner decides what the names in its files mean. A link there, a line of its
   * ld.so.preload, may name {@code /proc/PID/root/...}: the same file, or one of the host's, on a
   * mount that is not the tool's own read-only, NOEXEC copy. Who has SYS_PTRACE gets through. So no
   * tool has both; the one that is for processes keeps them, and the one that is for files, which
   * requires {@code mnt}, the files: {@link Plan}.
   */
  public static View of(Tool tool, Set<NamespaceKind> selected) {
    boolean forProcesses =
        (tool.seesAllProcesses() || tool.tracer()) && !tool.requires().contains(NamespaceKind.MNT);
    return selected.contains(NamespaceKind.MNT) && !forProcesses ? CONTAINER : OWN;
  }
}
