package dev.dbg.tools;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RawText;
import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.argument.ArgumentMistake;
import dev.dbg.tools.argument.ParsedArguments;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One tool of the catalogue, as its file describes it.
 *
 * @param name the name that an operator types
 * @param about what people are told
 * @param kinds the namespaces that it goes with
 * @param onHost what it is and reads of the host
 * @param capabilities exactly the capabilities that it gets
 * @param activities those that its file names: whether it traces, starts threads, forks
 * @param terminal whether it draws a screen, so that it gets a terminal of its own where there is
 *     one
 * @param input when it reads standard input
 * @param arguments the arguments that it accepts
 */
public record Tool(
    String name,
    Description about,
    Kinds kinds,
    OnHost onHost,
    Set<Capability> capabilities,
    Set<Activity> activities,
    boolean terminal,
    Input input,
    ArgumentGrammar arguments) {
  public Tool {
    capabilities = Set.copyOf(capabilities);
    activities = Set.copyOf(activities);
  }

  /**
   * For people; it decides nothing.
   *
   * @param summary what it shows, in a few words
   * @param group the heading under which it is listed; no permission
   * @param why why it gets its capabilities
   * @param packageName the Debian package that contains it, for advice
   * @param examples harmless command lines of it, that begin with its name, as people type them
   */
  public record Description(
      String summary,
      String group,
      String why,
      Optional<String> packageName,
      List<String> examples) {
    public Description {
      examples = List.copyOf(examples);
    }
  }

  /**
   * Its namespaces.
   *
   * @param requires those without which it would show the host
   * @param also those that it uses besides, where the operator names none: it shows more of the
   *     container with them
   * @param needsAlso options, by the spelling that is passed to it, and first operands, with which
   *     it requires those too
   * @param excludes those with which it does not work
   */
  public record Kinds(
      Set<NamespaceKind> requires,
      Set<NamespaceKind> also,
      Set<String> needsAlso,
      Set<NamespaceKind> excludes) {
    public Kinds {
      requires = Set.copyOf(requires);
      also = Set.copyOf(also);
      needsAlso = Set.copyOf(needsAlso);
      excludes = Set.copyOf(excludes);
    }
  }

  /**
   * Files of the host.
   *
   * @param file its path, if it is not in the host's usual directories under its name
   * @param libraries the libraries that it loads by dlopen(3), which the loader does not list:
   *     paths, in which the file name may be a glob
   * @param dataFiles those that it reads besides itself and its libraries
   * @param variable an environment variable with the path of a file that it has in every view
   * @param helper the one other program that it executes
   */
  public record OnHost(
      Optional<String> file,
      List<String> libraries,
      List<String> dataFiles,
      Optional<Variable> variable,
      Optional<String> helper) {
    public OnHost {
      libraries = List.copyOf(libraries);
      dataFiles = List.copyOf(dataFiles);
    }
  }

  /** The namespaces without which it would not show the container, with these arguments. */
  public Set<NamespaceKind> required(ParsedArguments given) {
    Set<NamespaceKind> all = NamespaceKind.setOf(kinds.requires);
    Stream<String> options = given.options().stream().map(ParsedArguments.Given::spelling);
    Stream<String> what = given.operands().stream().limit(1);
    if (Stream.concat(options, what).anyMatch(kinds.needsAlso::contains)) {
      all.addAll(kinds.also);
    }
    if (seesFiles()) {
      all.addAll(ReadersFiles.namespaces(given.paths()));
    }
    return all;
  }

  /** The namespaces with which it would show itself or the host, with these arguments. */
  public Set<NamespaceKind> excluded(ParsedArguments given) {
    Set<NamespaceKind> all = NamespaceKind.setOf(kinds.excludes);
    if (seesFiles() && ReadersFiles.listMounts(given.paths())) {
      all.add(NamespaceKind.PID);
    }
    return all;
  }

  /** Those that it uses besides, with these arguments, where the operator names none. */
  public Set<NamespaceKind> also(ParsedArguments given) {
    Set<NamespaceKind> all = NamespaceKind.setOf(kinds.also);
    if (ReadersFiles.showGroups(seesFiles() ? given.paths() : given.canonical())) {
      all.add(NamespaceKind.CGROUP);
    }
    return all;
  }

  /** Refuses files of the tool's own process, and what it would read as 0 of others. */
  public ParsedArguments ofOthers(ParsedArguments given) throws ArgumentMistake {
    for (String path : given.paths()) {
      Optional<String> first = ReadersFiles.ofFirstProcess(path);
      if (seesFiles() && first.isPresent()) {
        throw new ArgumentMistake(
            "%s is about %s itself, and %s about the container's first process"
                .formatted(RawText.plainPath(path), name, first.get()));
      }
      if (seesFiles() && !isTracer() && ReadersFiles.showsWait(path)) {
        throw new ArgumentMistake(
            "%s is 0 for %s, which may not trace: strace -p shows in which call a process waits"
                .formatted(RawText.plainPath(path), name));
      }
    }
    return given;
  }

  private boolean seesFiles() {
    return kinds.requires.contains(NamespaceKind.MNT);
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
