package dev.dbg.tools;

import dev.dbg.model.NamespaceKind;
import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.argument.ParsedArguments;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One tool of the catalogue, as its file describes it.
 *
 * @param name the name that an operator types
 * @param file its path, if it is not in the host's usual directories under its name
 * @param summary what it shows, in a few words
 * @param group the heading under which it is listed; no permission
 * @param why why it gets its capabilities
 * @param packageName the Debian package that contains it, for advice
 * @param requires the namespaces without which it would show the host
 * @param also the namespaces that it uses besides, where the operator names none: it shows more of
 *     the container with them
 * @param needsAlso options, by the spelling that is passed to it, and first operands, with which it
 *     requires those too
 * @param excludes the namespaces with which it does not work
 * @param capabilities exactly the capabilities that it gets
 * @param activities those that its file names: whether it traces, starts threads, forks
 * @param terminal whether it draws a screen, so that it gets a terminal of its own where there is
 *     one
 * @param input when it reads standard input
 * @param libraries the libraries that it loads by dlopen(3), which the loader does not list: paths,
 *     in which the file name may be a glob
 * @param dataFiles the host's files that it reads besides itself and its libraries
 * @param variable an environment variable with the path of a file that it has in every view
 * @param helper the one other program that it executes
 * @param arguments the arguments that it accepts
 * @param examples harmless command lines of it, that begin with its name, as people type them
 */
public record Tool(
    String name,
    Optional<String> file,
    String summary,
    String group,
    String why,
    Optional<String> packageName,
    Set<NamespaceKind> requires,
    Set<NamespaceKind> also,
    Set<String> needsAlso,
    Set<NamespaceKind> excludes,
    Set<Capability> capabilities,
    Set<Activity> activities,
    boolean terminal,
    Input input,
    List<String> libraries,
    List<String> dataFiles,
    Optional<Variable> variable,
    Optional<String> helper,
    ArgumentGrammar arguments,
    List<String> examples) {
  public Tool {
    requires = Set.copyOf(requires);
    also = Set.copyOf(also);
    needsAlso = Set.copyOf(needsAlso);
    excludes = Set.copyOf(excludes);
    capabilities = Set.copyOf(capabilities);
    activities = Set.copyOf(activities);
    libraries = List.copyOf(libraries);
    dataFiles = List.copyOf(dataFiles);
    examples = List.copyOf(examples);
  }

  /** The namespaces without which it would not show the container, with these arguments. */
  public Set<NamespaceKind> required(ParsedArguments given) {
    Set<NamespaceKind> all = NamespaceKind.setOf(requires);
    Stream<String> options = given.options().stream().map(ParsedArguments.Given::spelling);
    Stream<String> what = given.operands().stream().limit(1);
    if (Stream.concat(options, what).anyMatch(needsAlso::contains)) {
      all.addAll(also);
    }
    if (requires.contains(NamespaceKind.MNT)) {
      all.addAll(ReadersFiles.namespaces(given.paths()));
    }
    return all;
  }

  /** The namespaces with which it would show itself or the host, with these arguments. */
  public Set<NamespaceKind> excluded(ParsedArguments given) {
    Set<NamespaceKind> all = NamespaceKind.setOf(excludes);
    if (requires.contains(NamespaceKind.MNT) && ReadersFiles.listMounts(given.paths())) {
      all.add(NamespaceKind.PID);
    }
    return all;
  }

  /** Whether it may use ptrace(2). */
  public boolean isTracer() {
    return activities.contains(Activity.TRACER);
  }

  /** Whether it reads what dbgd tells of a container; it enters nothing of the container. */
  public boolean isTold() {
    return input.isTold();
  }

  /** Whether it needs a procfs that shows other users' processes. */
  public boolean seesAllProcesses() {
    return capabilities.contains(Capability.SYS_PTRACE);
  }
}
