package dev.dbg.grammar;

import dev.dbg.grammar.words.Habits;
import dev.dbg.grammar.words.SplitWords;
import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import dev.dbg.toml.Nearest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The grammar of the command line. dbg's options end at the tool.
 *
 * <p>dbgd, which is root, parses the words of operators who are not, so picocli's {@code @file}
 * arguments and variables are switched off.
 *
 * <p>Safe for use by several threads; a call holds a lock for some tens of microseconds.
 */
public final class Grammar {
  /** A limit, because picocli takes a second for ten thousand unknown words. */
  private static final int MOST_WORDS = 64;

  /** Takes the words of any line. */
  private static final String COMPLETION = "completion";

  private static final String JSON = "--json";

  /** A longer word is like no verb and no option. */
  private static final int LONGEST_WORD = 32;

  private static final String LONG = "--";

  /** dbg prints help itself, help.c; these words come from another client only. */
  private static final Set<String> HELP = Set.of("help", "-h", "--help");

  private static final String EXEC = "exec";
  private static final String SHELL = "shell";
  private static final String EXPLAIN = "explain";

  /**
   * The verbs about a line. Without an option of dbg's, the line is read without picocli: loading
   * it takes longer than all else that the first client after a start waits for.
   */
  private static final Map<String, Supplier<Verb.OfLine>> LINES =
      Map.of(
          EXEC,
          LineVerbs.ExecVerb::new,
          SHELL,
          LineVerbs.ShellVerb::new,
          EXPLAIN,
          LineVerbs.ExplainVerb::new);

  /** Each verb has its own parser. The options of a verb without a tool may follow its operand. */
  private static final Map<String, Supplier<CommandLine>> VERBS =
      Map.ofEntries(
          Map.entry(EXEC, () -> configured(new LineVerbs.ExecVerb())),
          Map.entry(SHELL, () -> configured(new LineVerbs.ShellVerb())),
          Map.entry("status", () -> configured(new ToolVerbs.Status()).setStopAtPositional(false)),
          Map.entry("logs", () -> configured(new ToolVerbs.Logs()).setStopAtPositional(false)),
          Map.entry("connect", () -> configured(new ToolVerbs.Connect())),
          Map.entry("forward", () -> configured(new ToolVerbs.Connect())),
          Map.entry("ps", () -> configured(new PsVerb())),
          Map.entry(
              "tools", () -> configured(new PlainVerbs.ToolsVerb()).setStopAtPositional(false)),
          Map.entry(EXPLAIN, () -> configured(new LineVerbs.ExplainVerb())),
          Map.entry("audit", () -> configured(new AuditVerb()).setStopAtPositional(false)),
          Map.entry(
              "sessions",
              () -> configured(new PlainVerbs.SessionsVerb()).setStopAtPositional(false)),
          Map.entry("kill", () -> configured(new PlainVerbs.KillVerb()).setStopAtPositional(false)),
          Map.entry("witness", () -> configured(new PlainVerbs.WitnessVerb())),
          Map.entry("doctor", () -> configured(new PlainVerbs.DoctorVerb())),
          Map.entry(
              COMPLETION,
              () -> configured(new PlainVerbs.CompletionVerb()).setStopAtUnmatched(true)),
          Map.entry("version", () -> configured(new PlainVerbs.VersionVerb())));

  /** Those that were needed; each takes picocli some milliseconds. Guarded by this. */
  private final Map<String, CommandLine> parsers = new HashMap<>();

  /** The verbs, which are never read as a container's name. */
  public static Set<String> verbs() {
    return Stream.concat(VERBS.keySet().stream(), Stream.of("help"))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Makes the parsers of all verbs, so that no client waits for one. */
  public void prepare() {
    VERBS.keySet().forEach(this::parser);
  }

  private synchronized CommandLine parser(String verb) {
    return parsers.computeIfAbsent(verb, name -> Objects.requireNonNull(VERBS.get(name)).get());
  }

  /** The options of a verb that a person types, and whether a word with a value follows each. */
  public Map<String, Boolean> options(String verb) {
    Map<String, Boolean> options = new TreeMap<>();
    List<OptionSpec> all =
        VERBS.containsKey(verb) ? parser(verb).getCommandSpec().options() : List.of();
    for (OptionSpec option : all) {
      if (!option.hidden()) {
        for (String name : option.names()) {
          options.put(name, option.arity().min() > 0);
        }
      }
    }
    return options;
  }

  /** The verb that is nearly typed. */
  public static Optional<String> nearestVerb(String word) {
    return word.length() <= LONGEST_WORD && !verbs().contains(word)
        ? Nearest.to(word, verbs())
        : Optional.empty();
  }

  /** Parses a command line. */
  public synchronized Invocation parse(List<String> words) throws UsageMistake {
    String first = words.isEmpty() ? "--help" : words.get(0);
    if (HELP.contains(first)) {
      throw new UsageMistake("help is printed by dbg, not by dbgd: type dbg --help");
    }
    if (first.equals("--version")) {
      return new Invocation.Version(false, Optional.empty());
    }
    if (first.equals(JSON) && words.size() > 1 && VERBS.containsKey(words.get(1))) {
      return parseVerb(words.get(1), withJson(words.subList(2, words.size())));
    }
    return VERBS.containsKey(first)
        ? parseVerb(first, words.subList(1, words.size()))
        : parseVerb(EXEC, words);
  }

  /** {@code dbg --json ps} is {@code dbg ps --json}. */
  private static List<String> withJson(List<String> rest) {
    return Stream.concat(Stream.of(JSON), rest.stream()).toList();
  }

  private Invocation parseVerb(String name, List<String> words) throws UsageMistake {
    try {
      if (LINES.containsKey(name)) {
        return parseLine(name, words);
      }
      if (words.size() > MOST_WORDS && !name.equals(COMPLETION)) {
        throw new UsageMistake(
            "%d words are more than dbg %s takes: see dbg %s --help"
                .formatted(words.size(), name, name));
      }
      CommandLine verb = parser(name);
      return verb.<Verb>getCommand().invocation(verb.parseArgs(words.toArray(new String[0])));
    } catch (ParameterException e) {
      throw UsageMistake.about("%s: see dbg " + name + " --help", String.valueOf(e.getMessage()));
    }
  }

  private Invocation parseLine(String name, List<String> words) throws UsageMistake {
    Optional<String> nsenter = Habits.nsenter(words);
    if (nsenter.isPresent()) {
      throw new UsageMistake(
          "this is a line of nsenter's: type %s".formatted(nsenter.get()),
          "a line of nsenter's, not of dbg's");
    }
    SplitWords split =
        SplitWords.of(words, option -> takesValue(option, parser(name).getCommandSpec()));
    if (split.options().isEmpty()) {
      return Objects.requireNonNull(LINES.get(name)).get().invocation(split.operands());
    }
    CommandLine verb = parser(name);
    ParseResult _ = verb.parseArgs(split.options().toArray(new String[0]));
    return verb.<Verb.OfLine>getCommand().invocation(split.operands());
  }

  private static boolean takesValue(String name, CommandSpec verb) throws UsageMistake {
    OptionSpec option = verb.findOption(name);
    if (option == null) {
      throw UsageMistake.about(
          "unknown option '%s': %s",
          Shortened.of(RawText.printable(name)),
          Habits.option(name)
              .or(() -> nearestOption(name, verb))
              .orElse("dbg %s --help lists the options".formatted(verb.name())));
    }
    return option.arity().min() > 0;
  }

  private static Optional<String> nearestOption(String name, CommandSpec verb) {
    Set<String> known =
        verb.options().stream()
            .flatMap(option -> Arrays.stream(option.names()))
            .filter(other -> other.startsWith(LONG))
            .collect(Collectors.toSet());
    return name.startsWith(LONG) && name.length() <= LONGEST_WORD
        ? Nearest.to(name, known).map("did you mean '%s'?"::formatted)
        : Optional.empty();
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
