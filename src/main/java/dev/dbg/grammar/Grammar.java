package dev.dbg.grammar;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The grammar of the command line. Options end at the first operand: what follows is never read as
 * an option of dbg's.
 *
 * <p>The words come from somebody who is not root and are read by somebody who is: picocli's
 * {@code @file} arguments and its variables are off.
 *
 * <p>May be used by any thread; one at a time gets in, for some tens of microseconds.
 */
public final class Grammar {
  /** Verbs that dbg(1) promises and this version does not have: never taken for a container. */
  private static final Set<String> UNBUILT = Set.of("sessions", "kill", "completion");

  /** picocli takes a second for ten thousand words that it does not know. */
  private static final int MOST_WORDS = 64;

  private static final Set<String> WITH_TOOL = Set.of("exec", "explain");

  private static final Set<String> HELP = Set.of("-h", "--help");

  private final Map<String, String> usages = new HashMap<>();
  private final CommandLine root = new CommandLine(new RootVerb());

  /**
   * Each verb parses by itself: a sub-command of picocli's can't be entered from the side. Options
   * of one that takes no tool may follow its operand.
   */
  private final Map<String, CommandLine> verbs =
      Map.of(
          "exec", stoppingAtOperand(configured(new ExecVerb())),
          "ps", configured(new PsVerb()),
          "tools", configured(new ToolsVerb()).setStopAtPositional(false),
          "explain", stoppingAtOperand(configured(new ExplainVerb())),
          "audit", configured(new AuditVerb()).setStopAtPositional(false),
          "doctor", configured(new DoctorVerb()),
          "version", configured(new VersionVerb()));

  /** What a command line means. */
  public synchronized Invocation parse(List<String> words) throws UsageMistake {
    String first = words.isEmpty() ? "--help" : words.get(0);
    if (HELP.contains(first) || first.equals("help")) {
      return new Invocation.Help(usage(root));
    }
    if (UNBUILT.contains(first)) {
      throw new UsageMistake(
          "%s: this verb is not in this version of dbg; a container of that name is reached by dbg exec %s ..."
              .formatted(first, first));
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

  /** picocli composes it anew each time, for milliseconds in which nobody else gets in. */
  private String usage(CommandLine verb) {
    return usages.computeIfAbsent(
        verb.getCommandName(), name -> verb.getUsageMessage(CommandLine.Help.Ansi.OFF));
  }

  private static Invocation parse(CommandLine verb, List<String> words) throws UsageMistake {
    try {
      CommandLine.ParseResult parsed = verb.parseArgs(words.toArray(new String[0]));
      return verb.<Verb>getCommand().invocation(parsed.unmatched());
    } catch (ParameterException e) {
      throw new UsageMistake(
          "%s: see dbg %s --help".formatted(e.getMessage(), verb.getCommandName()));
    }
  }

  /**
   * For a verb whose operands are somebody else's words: {@link CommandWords} looks at them. As
   * positional parameters picocli would ask of each whether it might be a misspelt option, by
   * whether it is a number, by the exception that it isn't.
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
