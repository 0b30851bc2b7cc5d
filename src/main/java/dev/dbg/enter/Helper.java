package dev.dbg.enter;

import dev.dbg.kernel.Child;
import dev.dbg.kernel.MountAttribute;
import dev.dbg.kernel.MountTree;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.TrustedFile;
import dev.dbg.model.NamespaceKind;
import java.io.IOException;
import java.nio.file.Path;

/**
 * dbg-enter, the C program that confines itself and becomes the tool; its own first comment has its
 * command line. It is executed through a read-only clone of its mount, by descriptor: it is in no
 * view, so no tool can execute it, and cannot be overwritten through {@code /proc/PID/exe}.
 */
public final class Helper {
  private final MountTree tree;

  private Helper(MountTree tree) {
    this.tree = tree;
  }

  public static Helper open(Path file) throws IOException {
    TrustedFile.requireTrustedParents(file);
    MountTree tree = MountTree.cloneOf(file.toString());
    TrustedFile.requireTrusted(tree.fd(), file.toString());
    tree.restrict(MountAttribute.READ_ONLY, MountAttribute.NO_SUID, MountAttribute.NO_DEVICES);
    return new Helper(tree);
  }

  /**
   * The child that becomes the tool.
   *
   * @param orders what it finds where; what the plan says is added
   */
  Child.Prepared prepare(Plan plan, Launch launch, Orders orders) {
    orders
        .value("parent", ThisProcess.pid())
        .value("uid", plan.runAs().uid())
        .value("gid", plan.runAs().gid())
        .value("capabilities", Long.toHexString(plan.capabilities()))
        .value("memory", Plan.MOST_MEMORY)
        .flag("tracer", plan.tracer())
        .flag("threads", plan.threads())
        .flag("forks", plan.forks())
        .flag("relayed", plan.streams().areRelayed())
        .value("tool", launch.program());
    launch.loader().ifPresent(loader -> orders.value("loader", loader));
    launch.script().ifPresent(script -> orders.value("script", script));
    launch.option().ifPresent(option -> orders.value("option", option));
    String pid = plan.namespaces().get(NamespaceKind.PID);
    if (pid != null) {
      orders.value("pid-name", pid);
    }
    return Child.prepare(
        "/proc/self/fd/" + tree.fd().number(),
        orders.argv(plan.argvBytes()),
        plan.environmentBytes(),
        orders.passed());
  }
}
