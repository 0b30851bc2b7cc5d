package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.process.Child;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RawText;
import dev.dbg.plan.Plan;
import dev.dbg.toolroot.BaseMounts;
import dev.dbg.toolroot.EmptyNamespaces;
import dev.dbg.toolroot.ToolRoot.Launch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The command line of dbg-enter and the descriptors that it names. Only this class writes it;
 * {@code orders.c} reads it, and {@code enter.h} explains each word.
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
   * For a child that becomes a tool when a byte comes from {@code start}; {@code report} gets the
   * reason why it does not.
   */
  static HelperArgs tool(StreamEnds streams, Fd report, Fd start) {
    HelperArgs args = new HelperArgs(streams.tools());
    // First, so that dbg-enter can report errors in the others.
    args.descriptor("report", report).descriptor("start", start);
    streams.terminal().ifPresent(master -> args.descriptor("terminal", master));
    streams.counts().ifPresent(writer -> args.descriptor("counts", writer));
    return args;
  }

  /** For a {@link ReaderProcess}, which is confined like a tool that may start threads. */
  static HelperArgs reader(List<Fd> stdio, Fd report, Fd start, ReaderProcess.Role role) {
    return new HelperArgs(stdio)
        .descriptor("report", report)
        .descriptor("start", start)
        .value("parent", role.isInEmptyPid() ? 0 : ThisProcess.pid().number())
        .value("uid", role.uid())
        .value("gid", role.gid())
        .value("capabilities", Long.toHexString(role.capabilities()))
        .flag("threads", true)
        .flag("unix-sockets", role.asksEngines())
        .value("tool", role.java());
  }

  /** For a {@link ProbeProcess}. */
  static HelperArgs probe(Fd input, Fd output) {
    return new HelperArgs(List.of(input, output)).flag("probe", true);
  }

  /** For the process that keeps {@link EmptyNamespaces}. */
  static HelperArgs keeper(Fd input, Fd output) {
    return new HelperArgs(List.of(input, output)).flag("empty", true);
  }

  /** For the child that closes a connection, {@link SlowClose}. */
  static HelperArgs slowClose(Fd connection, Fd sync) {
    return new HelperArgs(List.of(connection, sync)).flag("slow-close", true);
  }

  /** For the {@link CloserProcess}. */
  static HelperArgs closer(Fd connections) {
    return new HelperArgs(List.of(connections)).flag("closer", true);
  }

  HelperArgs inherited(InheritedFds fds) {
    fds.opened().forEach(this::descriptor);
    fds.volumes()
        .forEach(
            (tree, destination) -> {
              passed.add(Child.Passed.asIs(tree));
              value("volume", tree.number() + destination);
            });
    fds.kept().forEach(this::descriptor);
    fds.ids().forEach(this::value);
    return this;
  }

  HelperArgs waitingAt(@Nullable Pipe sync) {
    return sync == null ? this : descriptor("gate", sync.reader());
  }

  HelperArgs recordedTo(Optional<RecordingFds> recording) {
    recording.ifPresent(
        fds ->
            descriptor("recording", fds.output())
                .descriptor("timing", fds.timing())
                .value("recording-size", fds.most().bytes()));
    return this;
  }

  HelperArgs tracedTo(@Nullable Pipe trace) {
    return trace == null ? this : descriptor("trace", trace.writer());
  }

  /** For an own root; {@code names} adds the container's resolv.conf and hosts. */
  HelperArgs ownRoot(boolean names) {
    return flag("names", names);
  }

  /** For the container's root, with the bundle mounted into it. */
  HelperArgs containersRoot(MountTree bundle, MountTree proc) {
    return flag("files", true).descriptor("bundle", bundle.fd()).descriptor("proc", proc.fd());
  }

  /** The plan, and how the tool is executed. */
  HelperArgs running(Plan plan, Launch launch) {
    String pid = plan.namespaces().get(NamespaceKind.PID);
    // Otherwise dbg-enter starts in the empty pid namespace, from which it cannot see its parent.
    value("parent", pid == null ? 0 : ThisProcess.pid().number())
        .value("uid", plan.runAs().uid())
        .value("gid", plan.runAs().gid())
        .value("capabilities", Long.toHexString(plan.capabilities()))
        .value("memory", Plan.MOST_MEMORY)
        .flag("new-cgroup", plan.emptied().contains(NamespaceKind.CGROUP))
        .flag("relayed", plan.streams().areRelayed())
        .value("shown", BaseMounts.SHOWN_OF_PROC)
        .value("tool", launch.program());
    plan.activities().forEach(activity -> flag(activity.word(), true));
    launch.loader().ifPresent(loader -> value("loader", loader));
    launch.script().ifPresent(script -> value("script", script));
    launch.data().ifPresent(data -> value("variable", data.variable()).value("data", data.at()));
    launch.option().ifPresent(option -> value("option", option));
    plan.directory().ifPresent(directory -> value("directory", directory));
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

  /** Passes a descriptor under its own number. */
  private HelperArgs descriptor(String name, Fd fd) {
    passed.add(Child.Passed.asIs(fd));
    return value(name, fd.number());
  }

  List<byte[]> argv() {
    return words.stream().map(RawText::encode).toList();
  }

  /**
   * The environment of dbg-enter: the tool's words, each after an equals sign, {@code --}, and the
   * tool's variables. A command line is readable for every user of the host, an environment is not.
   */
  static List<byte[]> environment(List<String> toolsArgv, List<byte[]> variables) {
    List<byte[]> all = new ArrayList<>();
    toolsArgv.forEach(word -> all.add(RawText.encode("=" + word)));
    all.add(RawText.encode("--"));
    all.addAll(variables);
    return all;
  }

  List<Child.Passed> passed() {
    return passed;
  }
}
