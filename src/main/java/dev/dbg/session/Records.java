package dev.dbg.session;

import dev.dbg.audit.record.Draft;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.Facts;
import dev.dbg.enter.Account;
import dev.dbg.enter.Entry;
import dev.dbg.enter.Plan;
import dev.dbg.enter.ReadyTool;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.TargetName;
import dev.dbg.tools.Redaction;
import dev.dbg.wire.Request;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The records of one request, dbg-audit(5). They share its session's number. */
final class Records {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES_OF_SESSION = 8;

  private final String session = newSession();
  private final Operator operator;
  private final Request request;
  private final House.Rights rights;

  Records(Operator operator, Request request, House.Rights rights) {
    this.operator = operator;
    this.request = request;
    this.rights = rights;
  }

  private static String newSession() {
    byte[] bytes = new byte[BYTES_OF_SESSION];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  Draft intent(
      Invocation.Exec asked,
      Judge.Permission permission,
      ReadyTool tool,
      Plan plan,
      TimeLimit time) {
    Map<String, Object> target = Facts.target(permission.target().target());
    target.put("start_time", permission.target().startTime());
    Map<String, String> inodes = new LinkedHashMap<>();
    permission.namespaces().forEach((kind, identity) -> inodes.put(kind.word(), identity));
    target.put("namespaces", inodes);

    Map<String, Object> run = toolAsTyped(asked.line());
    run.put("path", tool.executable().toString());
    run.put("sha256", tool.sha256());
    run.put(
        "argv_run",
        Stream.concat(Stream.of(permission.tool().name()), permission.arguments().shown().stream())
            .toList());

    Map<String, Object> confinement = new LinkedHashMap<>();
    confinement.put("uid", plan.runAs().uid());
    confinement.put("gid", plan.runAs().gid());
    confinement.put("caps", permission.capabilities().stream().map(Enum::name).sorted().toList());
    confinement.put("view", plan.view().word());
    confinement.put("streams", plan.streams().word());
    confinement.put("timeout_s", time.given().toSeconds());
    if (time.isCut()) {
      time.asked().ifPresent(asks -> confinement.put("timeout_asked_s", asks.toSeconds()));
    }

    return about(Event.INTENT, asked.reason())
        .with("target", target)
        .with("namespaces", words(asked.line()))
        .with("tool", run)
        .with("decision", decision(true, permission.rule(), null, null))
        .with("confinement", confinement);
  }

  Draft result(Entry.End end, Account account, Duration took) {
    Map<String, Object> outcome = Facts.outcome(end.outcome());
    if (!account.shortages().isEmpty()) {
      outcome.put(
          "short_of",
          account.shortages().stream()
              .map(shortage -> shortage.name().toLowerCase(Locale.ROOT))
              .toList());
    }
    outcome.put("duration_us", took.toNanos() / 1000);
    outcome.put("cpu_us", end.cpuMicros());
    account.memory().ifPresent(bytes -> outcome.put("memory_bytes", bytes));
    if (end.held()) {
      outcome.put("held", true);
    }
    return about(Event.RESULT, Optional.empty()).with("outcome", outcome);
  }

  Draft denied(Invocation.Line line, Optional<String> reason, Refusal refusal) {
    return about(Event.DENIED, reason)
        .with("target", Map.of("asked", line.target().toString()))
        .with("namespaces", words(line))
        .with("tool", toolAsTyped(line))
        .with("decision", decision(false, null, refusal.message(), refusal.detail()))
        .with("outcome", Map.of("status", refusal.status()));
  }

  /** A command line that means nothing. */
  Draft misspelt(String why, int status) {
    return about(Event.DENIED, Optional.empty())
        .with("argv", shown(request.arguments()))
        .with("decision", decision(false, null, why, why))
        .with("outcome", Map.of("status", status));
  }

  /**
   * What is refused of a question about a container: who tries many names leaves a record of each.
   */
  Draft unanswered(TargetName name, Refusal refusal) {
    return about(Event.DENIED, Optional.empty())
        .with("target", Map.of("asked", name.toString()))
        .with("argv", shown(request.arguments()))
        .with("decision", decision(false, null, refusal.message(), refusal.detail()))
        .with("outcome", Map.of("status", refusal.status()));
  }

  /** A client that was let in at the door and not heard. */
  static Draft turnedAway(Operator operator, String why, int status) {
    Map<String, Object> decision = new LinkedHashMap<>();
    decision.put("allowed", false);
    decision.put("why", why);
    return Draft.of(Event.DENIED)
        .with("operator", Facts.operator(operator))
        .with("decision", decision)
        .with("outcome", Map.of("status", status));
  }

  /**
   * A look at others' records.
   *
   * @param places the accesses that permit it; none for root
   */
  Draft read(List<String> places) {
    String rule = places.isEmpty() ? null : String.join(", ", places);
    return about(Event.READ, Optional.empty())
        .with("argv", request.arguments().stream().map(Redaction::withoutPasswords).toList())
        .with("decision", decision(true, rule, null, null));
  }

  /** What all of them have in common. */
  String session() {
    return session;
  }

  private Draft about(Event event, Optional<String> reason) {
    return Draft.of(event)
        .with("session", session)
        .with("operator", Facts.operator(operator))
        .with("cwd", request.directory())
        .with("reason", reason.orElse(null));
  }

  private static List<String> words(Invocation.Line line) {
    return line.namespaces().stream().sorted().map(NamespaceKind::word).toList();
  }

  private Map<String, Object> toolAsTyped(Invocation.Line line) {
    Map<String, Object> tool = new LinkedHashMap<>();
    tool.put("name", line.tool());
    tool.put("argv_typed", shown(line.tool(), line.arguments()));
    return tool;
  }

  /** What is secret in a tool's arguments is not written down, whether they are accepted or not. */
  private List<String> shown(String tool, List<String> arguments) {
    return rights
        .catalogue()
        .tool(tool)
        .map(known -> known.arguments().shown(arguments))
        .orElseGet(() -> arguments.stream().map(Redaction::withoutPasswords).toList());
  }

  /** A line that means nothing may still be one of a tool with secrets. */
  private List<String> shown(List<String> line) {
    for (int i = 0; i < line.size(); i++) {
      if (rights.catalogue().tool(line.get(i)).isPresent()) {
        return Stream.concat(
                line.subList(0, i + 1).stream(),
                shown(line.get(i), line.subList(i + 1, line.size())).stream())
            .toList();
      }
    }
    return line.stream().map(Redaction::withoutPasswords).toList();
  }

  private Map<String, Object> decision(
      boolean allowed, @Nullable String rule, @Nullable String why, @Nullable String detail) {
    Map<String, Object> decision = new LinkedHashMap<>();
    decision.put("allowed", allowed);
    if (rule != null) {
      decision.put("rule", rule);
    }
    decision.put("policy", rights.policy().sha256());
    if (why != null) {
      decision.put("why", why);
    }
    if (detail != null && !detail.equals(why)) {
      decision.put("detail", detail);
    }
    return decision;
  }
}
