package dev.dbg.plan;

import dev.dbg.grammar.words.RunAs;
import dev.dbg.model.NamespaceKind;
import dev.dbg.tools.Activity;
import dev.dbg.tools.Capability;
import dev.dbg.tools.Tool;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All decisions about a session, made before a thread joins anything. A pure function, so that it
 * can be tested and recorded.
 *
 * <p>No plan has both the container's files and CAP_SYS_PTRACE, whatever a tool's entry says:
 * {@link View#of}.
 *
 * @param namespaces the namespaces to join and their identities: {@code net:[4026532341]}
 * @param runAs the tool's uid and gid: root, as with nsenter, unless the operator names others
 * @param streams the kind of its standard input, output and error
 * @param capabilities the kernel's mask of the capabilities that the tool gets: those of its entry,
 *     and one that is of no use to it if it does not run as root
 * @param activities what it may do that is refused to others
 * @param argv its arguments, beginning with its name
 * @param directory its working directory in the container's files; empty for the root directory
 * @param environment its complete environment; only TERM is the operator's
 */
public record Plan(
    Map<NamespaceKind, String> namespaces,
    RunAs runAs,
    Streams streams,
    long capabilities,
    Set<Activity> activities,
    List<String> argv,
    Optional<String> directory,
    List<String> environment) {
  private static final long SEES_PROCESSES = Capability.mask(Set.of(Capability.SYS_PTRACE));

  /**
   * CAP_SYS_CHROOT, of which the filter leaves no use. A process may trace another of its user, or
   * take its descriptors, only if it has all capabilities of the other, ptrace(2): the host's user
   * with the number that an operator typed has not got this one.
   */
  private static final long UNTRACEABLE = 1L << 18;

  /**
   * The characters are UTF-8, and all else is C's: for C.UTF-8, a C library before 2.39 takes
   * messages, among them formats of printf(3), from the container's files.
   */
  private static final List<String> ENVIRONMENT =
      List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C", "LC_CTYPE=C.UTF-8");

  /** The most memory that a tool may map, in bytes: ample for every shipped tool. */
  public static final long MOST_MEMORY = 2L << 30;

  /** TERM names a file below a terminfo directory: no slash and no dot. */
  private static final Pattern TERMINAL_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+_-]{0,63}");

  public Plan {
    namespaces = Map.copyOf(namespaces);
    activities = Set.copyOf(activities);
    argv = List.copyOf(argv);
    environment = List.copyOf(environment);
    if (namespaces.containsKey(NamespaceKind.MNT) && (capabilities & SEES_PROCESSES) != 0) {
      throw new IllegalArgumentException("the container's files and SYS_PTRACE do not go together");
    }
    if (directory.isPresent() && !namespaces.containsKey(NamespaceKind.MNT)) {
      throw new IllegalArgumentException("a working directory is one of the container's files");
    }
  }

  /**
   * The plan for a tool.
   *
   * @param namespaces the selected ones; a tool with {@link View#OWN} does not join {@code mnt}
   * @param arguments the tool's arguments in canonical form
   * @param directory the working directory; only with {@link View#CONTAINER}
   * @param terminal the operator's TERM
   */
  public static Plan of(
      Tool tool,
      Map<NamespaceKind, String> namespaces,
      RunAs runAs,
      Streams streams,
      List<String> arguments,
      Optional<String> directory,
      String terminal) {
    List<String> environment = new ArrayList<>(ENVIRONMENT);
    if (TERMINAL_NAME.matcher(terminal).matches()) {
      environment.add("TERM=" + terminal);
    }
    View view = View.of(tool, namespaces.keySet());
    Set<Capability> capabilities = capabilities(tool, view);
    return new Plan(
        joined(namespaces, view),
        runAs,
        streams,
        Capability.mask(capabilities) | (runAs.uid() == 0 ? 0 : UNTRACEABLE),
        activities(tool, namespaces.keySet(), view),
        Stream.concat(Stream.of(tool.name()), arguments.stream()).toList(),
        directory,
        environment);
  }

  private static Set<Activity> activities(Tool tool, Set<NamespaceKind> selected, View view) {
    Set<Activity> activities = EnumSet.noneOf(Activity.class);
    activities.addAll(tool.activities());
    if (view == View.CONTAINER && !capabilities(tool, view).contains(Capability.SYS_PTRACE)) {
      activities.remove(Activity.TRACER);
    }
    if (tool.onHost().helper().isPresent()) {
      activities.add(Activity.EXECUTES);
    }
    if (usesNetwork(tool, selected, view)) {
      activities.add(Activity.SOCKETS);
    }
    return activities;
  }

  /**
   * Whether the tool may make sockets: in a network that was chosen. A tool that sees the
   * container's files reads there whom to ask, so its entry must say that it needs a network.
   */
  private static boolean usesNetwork(Tool tool, Set<NamespaceKind> selected, View view) {
    return selected.contains(NamespaceKind.NET)
        && (view == View.OWN || tool.kinds().requires().contains(NamespaceKind.NET));
  }

  /** The capabilities from a tool's entry that the tool gets with that view. */
  public static Set<Capability> capabilities(Tool tool, View view) {
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    capabilities.addAll(tool.capabilities());
    if (view == View.CONTAINER) {
      capabilities.remove(Capability.SYS_PTRACE);
    }
    return capabilities;
  }

  /** The selected kinds that are joined with that view. */
  public static Set<NamespaceKind> joined(Set<NamespaceKind> selected, View view) {
    Set<NamespaceKind> joined = NamespaceKind.setOf(selected);
    if (view == View.OWN) {
      joined.remove(NamespaceKind.MNT);
    }
    return joined;
  }

  /** The same, with their identities. */
  public static Map<NamespaceKind, String> joined(Map<NamespaceKind, String> selected, View view) {
    Map<NamespaceKind, String> joined = new EnumMap<>(NamespaceKind.class);
    joined.putAll(selected);
    joined.keySet().retainAll(joined(selected.keySet(), view));
    return joined;
  }

  /** Whether its procfs shows other users' processes. */
  public boolean seesAllProcesses() {
    return (SEES_PROCESSES & capabilities) != 0;
  }

  /** Whether it traces processes of the target, which stop when it is stopped. */
  public boolean isTracer() {
    return activities.contains(Activity.TRACER);
  }

  /**
   * Whether the target waits for what dbg has started: the processes that a tool traces stop with
   * it, and a pid namespace does not end before the parent of each process in it has waited for
   * that process, pid_namespaces(7). So dbg-enter, the parent of the tool, must be able to do that
   * at any moment, whatever the client does with signals and with its ends of the streams.
   */
  public boolean holdsTarget() {
    return isTracer() || namespaces.containsKey(NamespaceKind.PID);
  }

  /** What the tool sees as {@code /}. */
  public View view() {
    return namespaces.containsKey(NamespaceKind.MNT) ? View.CONTAINER : View.OWN;
  }

  /** The namespaces that the session's thread itself joins. */
  public Map<NamespaceKind, String> joinedByThread() {
    Map<NamespaceKind, String> joined = new EnumMap<>(NamespaceKind.class);
    namespaces.forEach(
        (kind, identity) -> {
          if (kind.joinedBy() == NamespaceKind.Joiner.THREAD) {
            joined.put(kind, identity);
          }
        });
    return joined;
  }

  /**
   * The kinds of which the tool is in a namespace of dbgd's own, because they were not chosen.
   * Every tool is in a mount namespace of its own. The host's user namespace stays: in another one
   * the tool's capabilities would count for nothing, and only who has all of them there can join
   * it.
   */
  public Set<NamespaceKind> emptied() {
    Set<NamespaceKind> emptied =
        EnumSet.complementOf(EnumSet.of(NamespaceKind.MNT, NamespaceKind.USER));
    emptied.removeAll(namespaces.keySet());
    return emptied;
  }

  /**
   * Those of them that the session's thread joins. dbg-enter joins {@code time} and makes {@code
   * cgroup}, whose root is then the session's control group.
   */
  public Set<NamespaceKind> emptiedByThread() {
    Set<NamespaceKind> emptied = emptied();
    emptied.removeAll(EnumSet.of(NamespaceKind.CGROUP, NamespaceKind.TIME));
    return emptied;
  }

  public List<byte[]> environmentBytes() {
    return environment.stream().map(v -> v.getBytes(StandardCharsets.US_ASCII)).toList();
  }
}
