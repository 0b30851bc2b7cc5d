package dev.dbg.enter;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.kernel.process.Child;
import dev.dbg.plan.Plan;
import java.io.IOException;
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

  /** A child that is dbg-enter to its end. */
  Child.Prepared prepare(HelperArgs args) {
    return Child.prepare(path(), args.argv(), List.of(), args.passed());
  }

  /** The child that becomes the tool. */
  Child.Prepared prepare(HelperArgs args, Plan plan) {
    return Child.prepare(
        path(), args.argv(plan.argvBytes()), plan.environmentBytes(), args.passed());
  }

  private String path() {
    return "/proc/self/fd/" + tree().fd().number();
  }
}
