package dev.dbg.grammar;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The grammar of the command line. dbg's options end at the first operand.
 *
 * <p>dbgd, which is root, parses the words of operators who are not, so picocli's {@code @file}
 * arguments and variables are switched off.
 *
 * <p>Safe for use by several threads; a call holds a lock for some tens of microseconds.
 */
public final class Grammar {
  /** A limit, because picocli takes a second for ten thousand unknown words. */
  private static final int MOST_WORDS = 64;

  private static final Set<String> WITH_TOOL = Set.of("exec", "explain", "completion");

  private static final Set<String> HELP = Set.of("-h", "--help");

  private final Map<String, String> usages = new HashMap<>();
  private final CommandLine root = new CommandLine(new RootVerb());

  /** Each verb has its own parser. The options of a verb without a tool may follow its operand. */
  private final Map<String, CommandLine> verbs =
      Map.ofEntries(
          Map.entry("exec", stoppingAtOperand(configured(new ExecVerb()))),
          Map.entry("shell", stoppingAtOperand(configured(new ShellVerb()))),
          Map.entry("ps", configured(new PsVerb())),
          Map.entry("tools", configured(new ToolsVerb()).setStopAtPositional(false)),
          Map.entry("explain", stoppingAtOperand(configured(new ExplainVerb()))),
          Map.entry("audit", configured(new AuditVerb()).setStopAtPositional(false)),
          Map.entry("sessions", configured(new SessionsVerb()).setStopAtPositional(false)),
          Map.entry("kill", configured(new KillVerb()).setStopAtPositional(false)),
          Map.entry("doctor", configured(new DoctorVerb())),
          Map.entry("completion", stoppingAtOperand(configured(new CompletionVerb()))),
          Map.entry("version", configured(new VersionVerb())));

  /** The verbs, which are never read as a container's name. */
  public static Set<String> verbs() {
    return Set.of(
        "exec",
        "shell",
        "ps",
        "tools",
        "explain",
        "audit",
        "sessions",
        "kill",
        "doctor",
        "completion",
        "version",
        "help");
  }

  /** Parses a command line. */
  public synchronized Invocation parse(List<String> words) throws UsageMistake {
    String first = words.isEmpty() ? "--help" : words.get(0);
    if (HELP.contains(first) || first.equals("help")) {
      return new Invocation.Help(usage(root));
    }
    if (first.equals("--version")) {
      return new Invocation.Version(false);
    }
    boolean named = verbs.containsKey(first);
    CommandLine verb = Objects.requireNonNull(verbs.get(named ? first : "exec"));
    List<String> rest = named ? words.subList(1, words.size()) : words;
    if (!rest.isEmpty() && HELP.contains(rest.get(0))) {
      return new Invocation.Help(usage(verb));
    }
    if (named && !WITH_TOOL.contains(first) && rest.size() > MOST_WORDS) {
      throw new UsageMistake(
          "%d words are more than dbg %s takes: see dbg %s --help"
              .formatted(rest.size(), first, first));
    }
    return parse(verb, rest);
  }

  /** A verb's usage text; cached, because picocli takes milliseconds to compose it. */
  private String usage(CommandLine verb) {
    return usages.computeIfAbsent(
        verb.getCommandName(), name -> verb.getUsageMessage(CommandLine.Help.Ansi.OFF));
  }

  private static Invocation parse(CommandLine verb, List<String> words) throws UsageMistake {
    try {
      return verb.<Verb>getCommand().invocation(verb.parseArgs(words.toArray(new String[0])));
    } catch (ParameterException e) {
      throw new UsageMistake(
          "%s: see dbg %s --help".formatted(e.getMessage(), verb.getCommandName()));
    }
  }

  /**
   * For a verb whose operands {@link CommandWords} reads. With positional parameters picocli would
   * test each word for a misspelt option, at the cost of an exception.
   */
  private static CommandLine stoppingAtOperand(CommandLine verb) {
    return verb.setStopAtUnmatched(true);
  }

  private static CommandLine configured(Object command) {
    return new CommandLine(command)
        .setStopAtPositional(true)
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setAbbreviatedOptionsAllowed(false)
        .setUnmatchedOptionsArePositionalParams(false)
        .setUnmatchedArgumentsAllowed(false)
        .setTrimQuotes(false);
  }
}
