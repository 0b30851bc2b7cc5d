package dev.dbg.plan;

import dev.dbg.model.NamespaceKind;
import dev.dbg.tools.Tool;
import java.util.Locale;
import java.util.Set;

/** What a tool sees as {@code /}. */
public enum View {
  /** A separate root with the tool's files, {@code toolroot.OwnRoot}. */
  OWN,
  /**
   * The container's files, read-only, with {@code toolroot.ToolBundle} mounted over a directory.
   */
  CONTAINER;

  /** Its name in records and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * What a tool sees with the selected namespaces: the container's files if {@code mnt} is
   * selected, unless the tool inspects other processes.
   *
   * <p>The container's owner controls the names in its files. A symbolic link, or a line of its
   * ld.so.preload, may name {@code /proc/PID/root/...}: the same file, or a file of the host, on a
   * mount that is not the tool's read-only, NOEXEC copy. A process with CAP_SYS_PTRACE can follow
   * it. So no tool gets both: a tool for processes keeps CAP_SYS_PTRACE; a tool for files, which
   * requires {@code mnt}, gets the files. {@link Plan} enforces this.
   */
  public static View of(Tool tool, Set<NamespaceKind> selected) {
    boolean forProcesses =
        (tool.seesAllProcesses() || tool.isTracer())
            && !tool.kinds().requires().contains(NamespaceKind.MNT);
    return selected.contains(NamespaceKind.MNT) && !forProcesses ? CONTAINER : OWN;
  }
}
