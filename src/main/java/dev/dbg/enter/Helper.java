package dev.dbg.enter;

import dev.dbg.kernel.Child;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.MountAttribute;
import dev.dbg.kernel.MountTree;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.TrustedFile;
import dev.dbg.model.NamespaceKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * dbg-enter, the C program that confines itself and becomes the tool; its own first comment has its
 * command line. It is executed through a read-only clone of its mount, by descriptor: it is in no
 * view, so no tool can execute it, and cannot be overwritten through {@code /proc/PID/exe}.
 */
public final class Helper {
  private final Path file;
  private @Nullable MountTree tree;

  private Helper(Path file) {
    this.file = file;
  }

  /**
   * The helper at {@code file}. Where this host does not let dbgd clone a mount, each session says
   * so, and dbgd serves: it can tell what is wrong.
   *
   * @throws IOException when it isn't there, or others than root could have written it
   */
  public static Helper at(Path file) throws IOException {
    TrustedFile.requireTrusted(file);
    return new Helper(file);
  }

  /**
   * Takes the clone, if it has not been taken. For a thread that is still where dbgd is: elsewhere
   * there is no such file. Any thread.
   */
  public synchronized void open() throws KernelException {
    if (tree != null) {
      return;
    }
    MountTree clone = MountTree.cloneOf(file.toString());
    boolean whole = false;
    try {
      TrustedFile.requireTrusted(clone.fd(), file.toString());
      clone.restrict(MountAttribute.READ_ONLY, MountAttribute.NO_SUID, MountAttribute.NO_DEVICES);
      tree = clone;
      whole = true;
    } catch (KernelException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      if (!whole) {
        clone.close();
      }
    }
  }

  private synchronized MountTree tree() {
    return Objects.requireNonNull(tree, "open() comes first");
  }

  /** The child that is a {@link StandIn}. */
  Child.Prepared prepareStandIn(Fd input, Fd output) {
    return Child.prepare(
        path(),
        List.of(bytes("dbg-enter"), bytes("stand-in")),
        List.of(),
        List.of(new Child.Passed(input, 0), new Child.Passed(output, 1)));
  }

  /** The child that closes what {@link Disposal} hands it. */
  Child.Prepared prepareDisposal(Fd connection, Fd gate) {
    return Child.prepare(
        path(),
        List.of(bytes("dbg-enter"), bytes("dispose")),
        List.of(),
        List.of(new Child.Passed(connection, 0), new Child.Passed(gate, 1)));
  }

  private static byte[] bytes(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }

  private String path() {
    return "/proc/self/fd/" + tree().fd().number();
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
        .flag("executes", plan.executes())
        .flag("relayed", plan.streams().areRelayed())
        .value("tool", launch.program());
    launch.loader().ifPresent(loader -> orders.value("loader", loader));
    launch.script().ifPresent(script -> orders.value("script", script));
    launch
        .data()
        .ifPresent(data -> orders.value("variable", data.variable()).value("data", data.at()));
    launch.option().ifPresent(option -> orders.value("option", option));
    String pid = plan.namespaces().get(NamespaceKind.PID);
    if (pid != null) {
      orders.value("pid-name", pid);
    }
    return Child.prepare(
        path(), orders.argv(plan.argvBytes()), plan.environmentBytes(), orders.passed());
  }
}
