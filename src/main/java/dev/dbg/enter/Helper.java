package dev.dbg.enter;

import dev.dbg.kernel.Fd;
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
 * dbg-enter, the C program that confines itself and becomes the tool. It is executed through the
 * descriptor of a detached read-only mount: no tool's root contains it, so no tool can execute it,
 * and it cannot be overwritten through {@code /proc/PID/exe}.
 */
public final class Helper {
  private final Path file;
  private @Nullable MountTree tree;

  private Helper(Path file) {
    this.file = file;
  }

  /**
   * The helper at {@code file}. If this host does not let dbgd clone a mount, dbgd starts
   * nevertheless, and each session reports the error.
   *
   * @throws IOException if the file is missing, or somebody other than root could have written it
   */
  public static Helper at(Path file) throws IOException {
    TrustedFile.requireTrusted(file);
    return new Helper(file);
  }

  /**
   * Clones the mount, unless that has been done. For any thread in dbgd's own mount namespace,
   * which contains the file.
   */
  public synchronized void open() throws KernelException {
    if (tree != null) {
      return;
    }
    MountTree clone = MountTree.cloneOf(file.toString());
    try {
      TrustedFile.requireTrusted(clone.fd(), file.toString());
      clone.restrict(MountAttribute.READ_ONLY, MountAttribute.NO_SUID, MountAttribute.NO_DEVICES);
      tree = clone;
    } catch (KernelException e) {
      clone.close();
      throw e;
    } catch (IOException e) {
      clone.close();
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** Prepares the child that keeps the namespaces of dbgd's own. */
  public Child.Prepared prepareKeeper(Fd input, Fd output) throws KernelException {
    open();
    return prepare(HelperArgs.keeper(input, output));
  }

  /** Prepares a child that remains dbg-enter. */
  Child.Prepared prepare(HelperArgs args) {
    return Child.prepare(path(), args.argv(), List.of(), args.passed());
  }

  /** Prepares the child that becomes the tool. */
  Child.Prepared prepare(HelperArgs args, Plan plan) {
    return prepare(args, plan.argv(), plan.environmentBytes());
  }

  /** Prepares the child that becomes a reader. */
  Child.Prepared prepare(HelperArgs args, List<String> argv, List<byte[]> environment) {
    return Child.prepare(
        path(), args.argv(), HelperArgs.environment(argv, environment), args.passed());
  }

  private synchronized String path() {
    return "/proc/self/fd/" + Objects.requireNonNull(tree, "open() comes first").fd().number();
  }
}
