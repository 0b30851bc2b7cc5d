package dev.dbg.administer;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.Circumstances;
import dev.dbg.authorize.Permission;
import dev.dbg.authorize.Rights;
import dev.dbg.grammar.words.ShellWords;
import dev.dbg.model.Image;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.OperatorId;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal;
import dev.dbg.model.Refusal.Denial;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.policy.Policy;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Tool;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rules for refused commands. Each rule is tried: alone it must permit the command, which the
 * policy in force refuses.
 */
final class Suggestions {
  /** A limit, so that one operator can neither fill the memory nor crowd out others' refusals. */
  static final int MOST_OF_A_USER = 50;

  static final int MOST = 1000;

  /**
   * A longer command is left out. In bytes, approximately; enough for two hundred words and groups.
   */
  private static final long MOST_OF_A_LINE = 16 << 10;

  private static final String DRAFT = "suggested";

  private final Rights rights;
  private final Instant now;
  private final Map<RefusedLine, RefusalHistory> lines = new LinkedHashMap<>();
  private final Map<OperatorId, Integer> users = new HashMap<>();
  private long leftOut;

  Suggestions(Rights rights, Instant now) {
    this.rights = rights;
    this.now = now;
  }

  /** The refusals of one command: their number, first and last time, and the last reason. */
  private static final class RefusalHistory {
    long times;
    String first = "";
    String last = "";
    String why = "";
    Denial kind = Denial.RULE;
    boolean whole = true;
  }

  /** Adds the record of a refusal. */
  void take(JsonNode record) {
    Denial kind = Event.denial(record).orElse(Denial.FAILED);
    Optional<RefusedLine> refused = RefusedLine.of(record);
    if (refused.isEmpty() || kind == Denial.MALFORMED) {
      return;
    }
    long times = REPEATED_COUNT.of(record).asLong(1);
    if (!lines.containsKey(refused.get())) {
      int known = users.merge(refused.get().operator().id(), 1, Integer::sum);
      boolean isLong = refused.get().size() > MOST_OF_A_LINE;
      if (known > MOST_OF_A_USER || lines.size() >= MOST || isLong) {
        leftOut += times;
        return;
      }
    }
    RefusalHistory history = lines.computeIfAbsent(refused.get(), line -> new RefusalHistory());
    history.times += times;
    history.first = history.first.isEmpty() ? TIME.text(record) : history.first;
    history.last = TIME.text(record);
    history.why = DECISION_WHY.text(record);
    history.kind = kind;
    history.whole &= !SHORTENED.of(record).asBoolean() && !UNWRITTEN.isIn(record);
  }

  /**
   * Returns the rules, each below the commands that it permits, and then the commands without one.
   */
  String rules() {
    // Commands that differ only in spelling share a rule.
    Map<SuggestedRule, StringBuilder> comments = new LinkedHashMap<>();
    StringBuilder others = new StringBuilder();
    lines.forEach(
        (line, history) -> {
          try {
            SuggestedRule rule = tried(line, history);
            comments
                .computeIfAbsent(rule, r -> new StringBuilder())
                .append(comment("%s, the last time because: %s", history, line));
          } catch (SuggestedRule.Unsuggestable e) {
            others.append(comment("%s: %s".formatted(what(line, history), e.message())));
          }
        });
    StringBuilder text = new StringBuilder();
    comments.forEach(
        (rule, why) -> {
          text.append('\n').append(why);
          rule.notes().forEach(note -> text.append(comment("Note: " + note)));
          text.append(rule.toml());
        });
    if (text.isEmpty()) {
      text.append(comment("No rule is suggested."));
    }
    if (!others.isEmpty()) {
      text.append("\n# No rule is suggested for:\n").append(others);
    }
    if (leftOut > 0) {
      text.append(
          comment(
              "%d more refusals are left out: use --operator or --since, or dbg audit for long commands"
                  .formatted(leftOut)));
    }
    return text.toString();
  }

  /** Returns a file for {@code dbgd test} with a permit for each command. */
  String tests() {
    StringBuilder operators = new StringBuilder();
    StringBuilder permits = new StringBuilder();
    Map<String, String> containers = new TreeMap<>();
    Map<String, Uid> known = new TreeMap<>();
    lines.forEach(
        (line, history) -> {
          try {
            SuggestedRule _ = tried(line, history);
            String user = SuggestedRule.quoted(line.operator().user());
            if (known.putIfAbsent(user, line.operator().uid()) == null) {
              operators.append(
                  "\n[[operator]]\nuser = %s\nuid  = %s\n".formatted(user, line.operator().uid()));
            }
            containers.put(line.target(), stanza(TargetName.parse(line.target())));
            permits.append(
                "\n[[permit]]\nwho   = %s\nwords = [%s]\n"
                    .formatted(
                        user,
                        String.join(
                            ", ", line.words().stream().map(SuggestedRule::quoted).toList())));
          } catch (SuggestedRule.Unsuggestable e) {
            // A command without a rule has no expectation.
          }
        });
    return operators + String.join("", containers.values()) + permits;
  }

  private static String stanza(TargetName name) {
    String more =
        name.user().isPresent()
            ? "owner = %s\n".formatted(SuggestedRule.quoted(name.user().get()))
            : name.scheme()
                .map(s -> "runtime = %s\n".formatted(SuggestedRule.quoted(s)))
                .orElse("");
    return "\n[[container]]\nname = %s\n%s".formatted(SuggestedRule.quoted(name.container()), more);
  }

  private SuggestedRule tried(RefusedLine line, RefusalHistory history)
      throws SuggestedRule.Unsuggestable {
    if (history.kind != Denial.RULE) {
      throw new SuggestedRule.Unsuggestable("no rule can permit this: " + history.why);
    }
    Optional<Tool> tool = rights.catalogue().tool(line.tool());
    if (tool.isEmpty()) {
      throw new SuggestedRule.Unsuggestable(
          "no rule can permit this: the catalogue has no such tool");
    }
    if (!history.whole) {
      throw new SuggestedRule.Unsuggestable(
          "the record was shortened, so the command is not known whole");
    }
    SuggestedRule rule = SuggestedRule.of(line, tool.get());
    Optional<String> already = permits(rights, line);
    if (already.isPresent()) {
      throw new SuggestedRule.Unsuggestable(
          "the rule at %s permits this in a container of that name; the refusal was: %s"
              .formatted(already.get(), history.why));
    }
    if (permits(new Rights(policy(rule), rights.catalogue()), line).isEmpty()) {
      throw new SuggestedRule.Unsuggestable("a rule for exactly this command does not permit it");
    }
    return rule;
  }

  private Policy policy(SuggestedRule rule) throws SuggestedRule.Unsuggestable {
    try {
      return new PolicyReader(rights.catalogue()).read(new TreeMap<>(Map.of(DRAFT, rule.toml())));
    } catch (TomlMistake e) {
      throw new SuggestedRule.Unsuggestable("a rule cannot express this: " + e.message());
    }
  }

  /**
   * Returns the place of the rule that permits the command in a container of that name that shares
   * only user and time namespaces with the host.
   */
  private Optional<String> permits(Rights some, RefusedLine line) {
    Authorizer<TestContainers.Container> authorizer =
        new Authorizer<>(
            some,
            new TestContainers(List.of(container(TargetName.parse(line.target())))),
            TestContainers.HOST,
            line.operator());
    Circumstances circumstances = new Circumstances(line.hasReason(), false, now);
    try (Permission<?> permission = authorizer.permission(line.line(), circumstances)) {
      return Optional.of(permission.rule());
    } catch (Refusal refusal) {
      return Optional.empty();
    }
  }

  private static TestContainers.Container container(TargetName name) {
    Target target =
        new Target(
            name.scheme().orElse("docker"),
            name.user().map(user -> new Owner(Uid.ROOT, user)),
            name.container(),
            name.container(),
            name.isImage() ? new Image(Image.brief(name.name()), "") : Image.NONE,
            name.isImage() ? Optional.empty() : Optional.of(Map.of()),
            "running",
            1,
            ResolvedBy.API);
    return new TestContainers.Container(
        target, Set.of(NamespaceKind.USER, NamespaceKind.TIME), Set.of());
  }

  private static String what(RefusedLine line, RefusalHistory history) {
    return "%s of %s, %s to %s: dbg %s"
        .formatted(
            history.times == 1 ? "1 refusal" : history.times + " refusals",
            line.operator().user(),
            seconds(history.first),
            seconds(history.last),
            ShellWords.quoted(line.words()));
  }

  private static String comment(String form, RefusalHistory history, RefusedLine line) {
    return comment(form.formatted(what(line, history), history.why));
  }

  /** Returns the text as one line: a second line would be TOML. */
  private static String comment(String text) {
    return "# " + RawText.printable(QuotedText.message(text)) + "\n";
  }

  private static String seconds(String time) {
    return time.replaceFirst("\\.\\d+Z$", "Z");
  }
}
