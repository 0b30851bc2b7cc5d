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
  private static final String NONE = "-1";
  private static final String NO_LOADER = "-";

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
   * What the helper makes of the files: either it copies the container's names into the view that
   * the thread is in, or it joins the container's mount namespace and lays the box there. Each
   * descriptor is passed under its own number.
   */
  sealed interface Files {
    /** The tool's path, in the view or in the box. */
    String tool();

    /**
     * dbgd has made the view.
     *
     * @param names the container's root directory, to copy its resolv.conf and hosts from
     */
    record Own(String tool, Optional<Fd> names) implements Files {}

    /**
     * The container's.
     *
     * @param mounts its mount namespace
     * @param box the tool in a detached mount
     * @param proc a detached procfs
     * @param loader the loader's name in the box
     */
    record Container(String tool, Fd mounts, Fd box, Fd proc, String loader) implements Files {}
  }

  /**
   * The child that becomes the tool.
   *
   * @param report where it says why there is no tool
   * @param stdio what become its descriptors 0, 1 and 2
   */
  Child.Prepared prepare(Plan plan, Files files, Fd report, List<Fd> stdio) {
    Descriptors descriptors = new Descriptors(stdio);
    List<String> words = new ArrayList<>();
    words.add("dbg-enter");
    words.add(ThisProcess.pid().toString());
    words.add(Long.toString(plan.uid()));
    words.add(Long.toString(plan.gid()));
    words.add(Long.toHexString(plan.capabilities()));
    words.add(plan.tracer() ? "1" : "0");
    words.add(descriptors.pass(report));
    switch (files) {
      case Files.Own own -> {
        words.add(own.names().map(descriptors::pass).orElse(NONE));
        words.addAll(List.of(NONE, NONE, NONE, NO_LOADER));
      }
      case Files.Container container -> {
        words.add(NONE);
        words.add(descriptors.pass(container.mounts()));
        words.add(descriptors.pass(container.box()));
        words.add(descriptors.pass(container.proc()));
        words.add(container.loader());
      }
    }
    words.add(files.tool());
    List<byte[]> argv = new ArrayList<>();
    words.forEach(word -> argv.add(word.getBytes(StandardCharsets.UTF_8)));
    plan.argvBytes().forEach(argv::add);
    return Child.prepare(
        "/proc/self/fd/" + tree.fd().number(), argv, plan.environmentBytes(), descriptors.passed);
  }

  /** What the child inherits: the tool's own three, and others under the numbers they have here. */
  private static final class Descriptors {
    final List<Child.Passed> passed = new ArrayList<>();

    Descriptors(List<Fd> stdio) {
      for (int i = 0; i < stdio.size(); i++) {
        passed.add(new Child.Passed(stdio.get(i), i));
      }
    }

    String pass(Fd fd) {
      passed.add(Child.Passed.asIs(fd));
      return Integer.toString(fd.number());
    }
  }
}
