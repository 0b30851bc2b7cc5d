package dev.dbg.grammar;

import dev.dbg.grammar.words.FamiliarSyntax;
import dev.dbg.grammar.words.SplitWords;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.toml.DidYouMean;
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
 * <p>Safe for use by several threads. picocli's parsers have a lock, for some tens of microseconds
 * a call; without options of dbg's a line needs none.
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

  /** What picocli fills. Of lambdas that name a class of picocli's the JVM's cache holds none. */
  private static final Map<String, Supplier<Object>> VERBS =
      Map.ofEntries(
          Map.entry(EXEC, LineVerbs.ExecVerb::new),
          Map.entry("shell", LineVerbs.ShellVerb::new),
          Map.entry("status", ToolVerbs.Status::new),
          Map.entry("logs", ToolVerbs.Logs::new),
          Map.entry("connect", ToolVerbs.Connect::new),
          Map.entry("forward", ToolVerbs.Connect::new),
          Map.entry("ps", PsVerb::new),
          Map.entry("tools", PlainVerbs.ToolsVerb::new),
          Map.entry("explain", LineVerbs.ExplainVerb::new),
          Map.entry("audit", AuditVerb::new),
          Map.entry("sessions", PlainVerbs.SessionsVerb::new),
          Map.entry("kill", PlainVerbs.KillVerb::new),
          Map.entry("witness", PlainVerbs.WitnessVerb::new),
          Map.entry("doctor", PlainVerbs.DoctorVerb::new),
          Map.entry(COMPLETION, PlainVerbs.CompletionVerb::new),
          Map.entry("version", PlainVerbs.VersionVerb::new));

  /** The options of these verbs may follow their operand. */
  private static final Set<String> MIXED =
      Set.of("status", "logs", "tools", "audit", "sessions", "kill");

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
    return parsers.computeIfAbsent(verb, Grammar::configured);
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
        ? DidYouMean.to(word, verbs())
        : Optional.empty();
  }

  /** Parses a command line. */
  public Invocation parse(List<String> words) throws UsageMistake {
    String first = words.isEmpty() ? "--help" : words.get(0);
    if (HELP.contains(first)) {
      throw new UsageMistake("help is printed by dbg, not by dbgd: type dbg --help");
    }
    if (first.equals("--version")) {
      return new Invocation.Version(false, Optional.empty());
    }
    if (first.equals(JSON) && words.size() > 1 && VERBS.containsKey(words.get(1))) {
      // As if it followed the verb.
      return parseVerb(
          words.get(1), Stream.concat(Stream.of(JSON), words.stream().skip(2)).toList());
    }
    return VERBS.containsKey(first)
        ? parseVerb(first, words.subList(1, words.size()))
        : parseVerb(EXEC, words);
  }

  private Invocation parseVerb(String name, List<String> words) throws UsageMistake {
    try {
      if (command(name) instanceof Verb.OfLine verb) {
        return parseLine(name, verb, words);
      }
      if (words.size() > MOST_WORDS && !name.equals(COMPLETION)) {
        throw new UsageMistake(
            "%d words are more than dbg %s takes: see dbg %s --help"
                .formatted(words.size(), name, name));
      }
      CommandLine verb = parser(name);
      synchronized (this) {
        return verb.<Verb>getCommand().invocation(verb.parseArgs(words.toArray(new String[0])));
      }
    } catch (ParameterException e) {
      throw UsageMistake.about("%s: see dbg " + name + " --help", String.valueOf(e.getMessage()));
    }
  }

  /** Without options of dbg's the first client after a start need not wait for picocli. */
  private Invocation parseLine(String name, Verb.OfLine plain, List<String> words)
      throws UsageMistake {
    Optional<String> nsenter = FamiliarSyntax.nsenter(words);
    if (nsenter.isPresent()) {
      throw new UsageMistake(
          "this is a line of nsenter's: type %s".formatted(nsenter.get()),
          "a line of nsenter's, not of dbg's");
    }
    SplitWords split =
        SplitWords.of(words, option -> takesValue(option, parser(name).getCommandSpec()));
    if (split.options().isEmpty()) {
      return plain.invocation(split.operands());
    }
    CommandLine verb = parser(name);
    synchronized (this) {
      ParseResult _ = verb.parseArgs(split.options().toArray(new String[0]));
      return verb.<Verb.OfLine>getCommand().invocation(split.operands());
    }
  }

  private static boolean takesValue(String name, CommandSpec verb) throws UsageMistake {
    OptionSpec option = verb.findOption(name);
    if (option == null) {
      throw UsageMistake.about(
          "unknown option '%s': %s",
          QuotedText.of(RawText.printable(name)),
          FamiliarSyntax.option(name)
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
        ? DidYouMean.to(name, known).map("did you mean '%s'?"::formatted)
        : Optional.empty();
  }

  private static Object command(String verb) {
    return Objects.requireNonNull(VERBS.get(verb)).get();
  }

  /** Each verb has its own parser. */
  private static CommandLine configured(String verb) {
    return new CommandLine(command(verb))
        .setStopAtPositional(!MIXED.contains(verb))
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setAbbreviatedOptionsAllowed(false)
        .setUnmatchedOptionsArePositionalParams(false)
        .setUnmatchedArgumentsAllowed(false)
        .setStopAtUnmatched(verb.equals(COMPLETION))
        .setTrimQuotes(false);
  }
}
