package dev.dbg.enter;

import dev.dbg.kernel.Child;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.MountAttribute;
import dev.dbg.kernel.MountTree;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.TrustedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * dbg-enter, the C program that confines itself and becomes the tool; its own first comment has its
 * command line. It is executed through a read-only clone of its mount, by descriptor: it is in no
 * view, so no tool can execute it, and cannot be overwritten through {@code /proc/PID/exe}.
 */
public final class Helper {
  private static final String NO_ROOT = "-1";

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
   * @param report where it says why there is no tool
   * @param root the container's root directory, to copy its names from
   * @param stdio what become its descriptors 0, 1 and 2
   */
  Child.Prepared prepare(Plan plan, Path executable, Fd report, Optional<Fd> root, List<Fd> stdio) {
    List<byte[]> argv = new ArrayList<>();
    argv.add(ascii("dbg-enter"));
    argv.add(ascii(ThisProcess.pid().toString()));
    argv.add(ascii(Long.toString(plan.uid())));
    argv.add(ascii(Long.toString(plan.gid())));
    argv.add(ascii(Long.toHexString(plan.capabilities())));
    argv.add(ascii(plan.tracer() ? "1" : "0"));
    argv.add(ascii(Integer.toString(report.number())));
    argv.add(ascii(root.map(fd -> Integer.toString(fd.number())).orElse(NO_ROOT)));
    argv.add(executable.toString().getBytes(StandardCharsets.UTF_8));
    plan.argvBytes().forEach(argv::add);

    List<Child.Passed> passed = new ArrayList<>();
    for (int i = 0; i < stdio.size(); i++) {
      passed.add(new Child.Passed(stdio.get(i), i));
    }
    passed.add(Child.Passed.asIs(report));
    root.map(Child.Passed::asIs).ifPresent(passed::add);
    return Child.prepare(
        "/proc/self/fd/" + tree.fd().number(), argv, plan.environmentBytes(), passed);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
