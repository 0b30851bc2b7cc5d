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
 * Rules that would have permitted what was refused. Each is tried before it is suggested: the
 * authorizer must permit the line with that rule alone, and refuse it with the policy in force.
 */
final class Suggestions {
  /** One operator must neither fill the memory nor hide the others' refusals. */
  static final int MOST_OF_A_USER = 50;

  static final int MOST = 1000;

  /** The most bytes of a line that is held, about: two hundred words and groups. */
  private static final long MOST_OF_A_LINE = 16 << 10;

  private static final String DRAFT = "suggested";

  private final Rights rights;
  private final Instant now;
  private final Map<RefusedLine, Seen> lines = new LinkedHashMap<>();
  private final Map<OperatorId, Integer> users = new HashMap<>();
  private long leftOut;

  Suggestions(Rights rights, Instant now) {
    this.rights = rights;
    this.now = now;
  }

  /** How often a line was refused, when, and why the last time. */
  private static final class Seen {
    long times;
    String first = "";
    String last = "";
    String why = "";
    Denial kind = Denial.RULE;
    boolean whole = true;
  }

  /** Takes a record of a refusal. */
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
    Seen seen = lines.computeIfAbsent(refused.get(), line -> new Seen());
    seen.times += times;
    seen.first = seen.first.isEmpty() ? TIME.text(record) : seen.first;
    seen.last = TIME.text(record);
    seen.why = DECISION_WHY.text(record);
    seen.kind = kind;
    seen.whole &= !SHORTENED.of(record).asBoolean() && !UNWRITTEN.isIn(record);
  }

  /** The rules, each below what it is for, and then what no rule is suggested for. */
  String rules() {
    // Lines that differ only in how they were typed have one rule.
    Map<SuggestedRule, StringBuilder> comments = new LinkedHashMap<>();
    StringBuilder others = new StringBuilder();
    lines.forEach(
        (line, seen) -> {
          try {
            SuggestedRule rule = tried(line, seen);
            comments
                .computeIfAbsent(rule, r -> new StringBuilder())
                .append(comment("%s, the last time because: %s", seen, line));
          } catch (SuggestedRule.Unsuggestable e) {
            others.append(comment("%s: %s".formatted(what(line, seen), e.message())));
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
              "%d further refusals are left out: see them with --operator or --since, and long lines with dbg audit"
                  .formatted(leftOut)));
    }
    return text.toString();
  }

  /** A file for {@code dbgd test} that expects what the rules permit. */
  String tests() {
    StringBuilder operators = new StringBuilder();
    StringBuilder permits = new StringBuilder();
    Map<String, String> containers = new TreeMap<>();
    Map<String, Uid> known = new TreeMap<>();
    lines.forEach(
        (line, seen) -> {
          try {
            SuggestedRule _ = tried(line, seen);
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
            // There is nothing to expect.
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

  private SuggestedRule tried(RefusedLine line, Seen seen) throws SuggestedRule.Unsuggestable {
    if (seen.kind != Denial.RULE) {
      throw new SuggestedRule.Unsuggestable("no rule can permit it: " + seen.why);
    }
    Optional<Tool> tool = rights.catalogue().tool(line.tool());
    if (tool.isEmpty()) {
      throw new SuggestedRule.Unsuggestable(
          "no rule can permit it: the catalogue has no such tool");
    }
    if (!seen.whole) {
      throw new SuggestedRule.Unsuggestable("its record was shortened, so not all of it is known");
    }
    SuggestedRule rule = SuggestedRule.of(line, tool.get());
    Optional<String> already = permits(rights, line);
    if (already.isPresent()) {
      throw new SuggestedRule.Unsuggestable(
          "the rule at %s permits it in a container of that name; it was refused because: %s"
              .formatted(already.get(), seen.why));
    }
    if (permits(new Rights(policy(rule), rights.catalogue()), line).isEmpty()) {
      throw new SuggestedRule.Unsuggestable("a rule for exactly this does not permit it");
    }
    return rule;
  }

  private Policy policy(SuggestedRule rule) throws SuggestedRule.Unsuggestable {
    try {
      return new PolicyReader(rights.catalogue()).read(new TreeMap<>(Map.of(DRAFT, rule.toml())));
    } catch (TomlMistake e) {
      throw new SuggestedRule.Unsuggestable("a rule cannot say it: " + e.message());
    }
  }

  /** The rule that permits it in a container of that name that shares only what is usual. */
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

  private static String what(RefusedLine line, Seen seen) {
    return "%s of %s, %s to %s: dbg %s"
        .formatted(
            seen.times == 1 ? "1 refusal" : seen.times + " refusals",
            line.operator().user(),
            seconds(seen.first),
            seconds(seen.last),
            ShellWords.quoted(line.words()));
  }

  private static String comment(String form, Seen seen, RefusedLine line) {
    return comment(form.formatted(what(line, seen), seen.why));
  }

  /** One line, whatever is in the text: a second one would be read as TOML. */
  private static String comment(String text) {
    return "# " + RawText.printable(QuotedText.message(text)) + "\n";
  }

  private static String seconds(String time) {
    return time.replaceFirst("\\.\\d+Z$", "Z");
  }
}
