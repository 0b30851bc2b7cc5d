package dev.dbg.grammar;

import dev.dbg.grammar.Invocation.Audit.ReplayForm;
import dev.dbg.grammar.Invocation.ExportFormat;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.model.amount.Since;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/** {@code dbg audit [list|show|replay|summary|export|verify|access]}. */
@Command(name = "audit")
final class AuditVerb implements Verb {
  /** The actions that have {@link Filters}. */
  private static final Set<String> FILTERED = Set.of("list", "summary", "export");

  /** The other options that each action has. */
  private static final Map<String, Set<String>> OPTIONS =
      Map.of(
          "list", Set.of("-n", "--follow", "--json", "--color", "--events", "--status"),
          "show", Set.of("--json"),
          "replay", Set.of("--speed", "--max-pause", "--text", "--raw", "--json"),
          "summary", Set.of("--json", "--color"),
          "export", Set.of("--format", "--recordings"),
          "verify", Set.of("--json"),
          "access", Set.of("--json"));

  private static final String STATUSES =
      "exit|signal|timeout|killed|failed|running|unfinished|denied|mistyped|malformed|shell|kill";

  private static final int MOST = 1000;
  private static final int UNLESS_TOLD = 20;
  private static final double SLOWEST = 0.1;
  private static final double FASTEST = 1000;

  @Option(names = "--json")
  boolean json;

  @Option(names = "-n", paramLabel = "COUNT")
  @Nullable Integer count;

  @Mixin Filters filters = new Filters();

  @Option(names = "--status", paramLabel = "STATUS")
  @Nullable String status;

  @Option(names = "--events")
  boolean events;

  @Option(names = "--color", paramLabel = "WHEN")
  @Nullable String color;

  @Option(names = {"-f", "--follow"})
  boolean follow;

  @Option(names = "--format", paramLabel = "FORMAT")
  @Nullable String format;

  @Option(names = "--recordings")
  boolean recordings;

  @Option(names = "--speed", paramLabel = "N")
  @Nullable Double speed;

  @Option(names = "--max-pause", paramLabel = "DUR")
  @Nullable String mostPause;

  @Option(names = "--text")
  boolean text;

  @Option(names = "--raw")
  boolean raw;

  @Parameters(hidden = true)
  List<String> words = new ArrayList<>();

  @Override
  public Invocation invocation(ParseResult parsed) throws UsageMistake {
    String action = words.isEmpty() ? "list" : words.get(0);
    int operands = action.equals("show") || action.equals("replay") ? 2 : 1;
    if (words.size() > operands) {
      throw UsageMistake.about(
          "unexpected argument '%s': dbg audit %s takes none there",
          QuotedText.of(words.get(operands)), QuotedText.of(action));
    }
    Set<String> options = OPTIONS.get(action);
    if (options == null) {
      throw UsageMistake.about(
          "dbg audit has no action '%s': list, show, replay, summary, export, verify or access",
          QuotedText.of(action));
    }
    CommandSpec filter = Objects.requireNonNull(parsed.commandSpec().mixins().get("filters"));
    for (OptionSpec option : parsed.matchedOptions()) {
      boolean isFilter = filter.findOption(option.longestName()) != null;
      if (isFilter ? !FILTERED.contains(action) : !options.contains(option.longestName())) {
        throw new UsageMistake(
            "%s: dbg audit %s does not have it: leave it out"
                .formatted(option.longestName(), action));
      }
    }
    return switch (action) {
      case "list" -> listing();
      case "show" -> new Invocation.Audit.Show(session(action), json);
      case "replay" -> replay();
      case "summary" -> new Invocation.Audit.Summary(filters.wanted(), json, colour());
      case "export" -> export();
      case "verify" -> new Invocation.Audit.Verify(json);
      default -> new Invocation.Audit.Access(json);
    };
  }

  private Invocation.Audit.Replay replay() throws UsageMistake {
    if (Stream.of(text, raw, json).filter(given -> given).count() > 1) {
      throw new UsageMistake("--text, --raw and --json are three forms: give one of them");
    }
    ReplayForm form =
        text ? ReplayForm.TEXT : raw ? ReplayForm.RAW : json ? ReplayForm.CAST : ReplayForm.SHOWN;
    return new Invocation.Audit.Replay(session("replay"), speed(), pause(), form);
  }

  private Invocation.Audit.Listing listing() throws UsageMistake {
    if (follow && filters.until != null) {
      throw new UsageMistake("--until ends what --follow would wait for: leave one of them out");
    }
    if (status != null && !status.matches("[0-9]{1,3}|" + STATUSES)) {
      throw UsageMistake.about(
          "--status %s: must be a number or one of " + STATUSES.replace("|", ", "),
          QuotedText.of(status));
    }
    if (status != null && (events || json)) {
      throw new UsageMistake("--status is for rows of sessions: leave out --events and --json");
    }
    return new Invocation.Audit.Listing(
        filters.wanted(), Optional.ofNullable(status), count(), follow, events, json, colour());
  }

  private String session(String action) throws UsageMistake {
    if (words.size() < 2) {
      throw new UsageMistake(
          "SESSION is missing: dbg audit %s SESSION, as dbg audit lists it".formatted(action));
    }
    if (!PlainVerbs.KillVerb.SESSION.matcher(words.get(1)).matches()) {
      throw UsageMistake.about(
          "'%s' is not a session: write its number, or at least the first four digits, as dbg audit"
              + " lists it",
          QuotedText.of(RawText.printable(words.get(1))));
    }
    return words.get(1);
  }

  private double speed() throws UsageMistake {
    double wanted = speed == null ? 1 : speed;
    if (!(wanted >= SLOWEST && wanted <= FASTEST)) {
      throw new UsageMistake(
          "--speed %s: must be a number from %s to %s".formatted(wanted, SLOWEST, FASTEST));
    }
    return wanted;
  }

  private Optional<Duration> pause() throws UsageMistake {
    return mostPause == null ? Optional.empty() : Optional.of(Verb.duration(mostPause));
  }

  private int count() throws UsageMistake {
    int wanted = count == null ? UNLESS_TOLD : count;
    if (wanted < 1 || wanted > MOST) {
      throw new UsageMistake("-n %d: must be a number from 1 to %d".formatted(wanted, MOST));
    }
    return wanted;
  }

  private Invocation.Colour colour() throws UsageMistake {
    return choice(Invocation.Colour.class, color, "--color %s: must be auto, always or never");
  }

  private Invocation.Audit.Export export() throws UsageMistake {
    ExportFormat as =
        choice(ExportFormat.class, format, "--format %s: must be jsonl, ecs, ocsf, csv or html");
    if (recordings && as != ExportFormat.HTML) {
      throw new UsageMistake("--recordings goes into a page only: add --format html");
    }
    return new Invocation.Audit.Export(filters.wanted(), as, recordings);
  }

  /** The value of that name; if none was typed, the first. */
  private static <E extends Enum<E>> E choice(Class<E> all, @Nullable String typed, String message)
      throws UsageMistake {
    try {
      return typed == null
          ? all.getEnumConstants()[0]
          : Enum.valueOf(all, typed.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw UsageMistake.about(message, QuotedText.of(String.valueOf(typed)));
    }
  }

  /** Which records are wanted. */
  static final class Filters {
    @Option(names = "--since", paramLabel = "TIME")
    @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME")
    @Nullable String until;

    @Option(names = "--operator", paramLabel = "USER")
    @Nullable String operator;

    @Option(names = "--container", paramLabel = "GLOB")
    @Nullable String container;

    @Option(names = "--tool", paramLabel = "TOOL")
    @Nullable String tool;

    @Option(names = "--refused")
    boolean refused;

    @Option(names = "--mistyped")
    boolean mistyped;

    @Option(names = "--session", paramLabel = "ID")
    @Nullable String session;

    @Option(names = "--shell", paramLabel = "ID")
    @Nullable String shell;

    @Option(names = "--reason", paramLabel = "TEXT")
    @Nullable String reason;

    @Option(names = "--recorded")
    boolean recorded;

    @Option(names = "--from", paramLabel = "GLOB")
    @Nullable String from;

    Invocation.RecordFilter wanted() throws UsageMistake {
      return new Invocation.RecordFilter(
          moment("--since", since),
          moment("--until", until),
          Optional.ofNullable(operator),
          Optional.ofNullable(container),
          Optional.ofNullable(tool),
          refused,
          mistyped,
          Optional.ofNullable(session),
          Optional.ofNullable(shell),
          Optional.ofNullable(reason),
          recorded,
          Optional.ofNullable(from));
    }

    private static Optional<Since> moment(String option, @Nullable String text)
        throws UsageMistake {
      Optional<Since> parsed = text == null ? Optional.empty() : Since.parse(text);
      if (text != null && parsed.isEmpty()) {
        throw UsageMistake.about(
            option + " '%s' is not a time: " + Since.FORM, QuotedText.of(text));
      }
      return parsed;
    }
  }
}
