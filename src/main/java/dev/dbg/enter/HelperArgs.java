package dev.dbg.enter;

import dev.dbg.cgroup.SyncPipe;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.process.Child;
import dev.dbg.model.NamespaceKind;
import dev.dbg.plan.Plan;
import dev.dbg.toolroot.ToolRoot.Launch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command line of dbg-enter and the descriptors it names. This is the only place that writes
 * it; {@code orders.c} reads it, and {@code enter.h} explains each word.
 */
final class HelperArgs {
  private static final String PROGRAM = "dbg-enter";

  private final List<String> words = new ArrayList<>();
  private final List<Child.Passed> passed = new ArrayList<>();

  private HelperArgs(List<Fd> stdio) {
    words.add(PROGRAM);
    for (int i = 0; i < stdio.size(); i++) {
      passed.add(new Child.Passed(stdio.get(i), i));
    }
  }

  /**
   * Those of a child that becomes a tool.
   *
   * @param report where dbg-enter says why there is no tool
   */
  static HelperArgs tool(StreamEnds streams, Fd report) {
    HelperArgs args = new HelperArgs(streams.tools());
    // The first, so that dbg-enter can complain about the others.
    args.descriptor("report", report);
    streams.terminal().ifPresent(master -> args.descriptor("terminal", master));
    return args;
  }

  /** Those of a {@link ProbeProcess}. */
  static HelperArgs probe(Fd input, Fd output) {
    return new HelperArgs(List.of(input, output)).flag("stand-in", true);
  }

  /** Those of the child that closes what {@link SlowClose} hands it. */
  static HelperArgs slowClose(Fd connection, Fd sync) {
    return new HelperArgs(List.of(connection, sync)).flag("dispose", true);
  }

  HelperArgs inherited(InheritedFds fds) {
    fds.opened().forEach(this::descriptor);
    fds.ids().forEach(this::value);
    return this;
  }

  HelperArgs waitingAt(SyncPipe sync) {
    sync.reader().ifPresent(reader -> descriptor("gate", reader));
    return this;
  }

  HelperArgs recordedTo(Optional<RecordingFds> recording) {
    recording.ifPresent(
        fds ->
            descriptor("recording", fds.output())
                .descriptor("timing", fds.timing())
                .value("recording-size", fds.most().bytes()));
    return this;
  }

  /** For a root of the tool's own, which has the container's names where it joins its network. */
  HelperArgs ownRoot(boolean names) {
    return flag("names", names);
  }

  /** For the container's root, with the tool laid into it. */
  HelperArgs containersRoot(MountTree bundle, MountTree proc) {
    return flag("files", true).descriptor("box", bundle.fd()).descriptor("proc", proc.fd());
  }

  /** What the plan says, and how the tool is executed. */
  HelperArgs running(Plan plan, Launch launch) {
    value("parent", ThisProcess.pid())
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
    launch.loader().ifPresent(loader -> value("loader", loader));
    launch.script().ifPresent(script -> value("script", script));
    launch.data().ifPresent(data -> value("variable", data.variable()).value("data", data.at()));
    launch.option().ifPresent(option -> value("option", option));
    String pid = plan.namespaces().get(NamespaceKind.PID);
    return pid == null ? this : value("pid-name", pid);
  }

  private HelperArgs flag(String name, boolean given) {
    if (given) {
      words.add(name);
    }
    return this;
  }

  private HelperArgs value(String name, Object value) {
    words.add(name + "=" + value);
    return this;
  }

  /** Passed under the number it has here. */
  private HelperArgs descriptor(String name, Fd fd) {
    passed.add(Child.Passed.asIs(fd));
    return value(name, fd.number());
  }

  /** The words, for a child that is dbg-enter to its end. */
  List<byte[]> argv() {
    return words.stream().map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /** The words, and then the tool's own. */
  List<byte[]> argv(List<byte[]> tools) {
    List<byte[]> argv = new ArrayList<>(argv());
    argv.add("--".getBytes(StandardCharsets.US_ASCII));
    argv.addAll(tools);
    return argv;
  }

  List<Child.Passed> passed() {
    return passed;
  }
}
