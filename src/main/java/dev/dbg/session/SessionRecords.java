package dev.dbg.session;

import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordFields;
import dev.dbg.authorize.Permission;
import dev.dbg.authorize.Rights;
import dev.dbg.cgroup.ResourceUsage;
import dev.dbg.enter.Entry;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.TargetName;
import dev.dbg.plan.Plan;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.tools.argument.Redaction;
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
public final class SessionRecords {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES_OF_SESSION = 8;

  private final String session = newSession();
  private final Operator operator;
  private final Request request;
  private final Rights rights;

  SessionRecords(Operator operator, Request request, Rights rights) {
    this.operator = operator;
    this.request = request;
    this.rights = rights;
  }

  private static String newSession() {
    byte[] bytes = new byte[BYTES_OF_SESSION];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  RecordBuilder intent(
      Invocation.Exec asked,
      Permission<PinnedTarget> permission,
      ToolRoots.Lease tool,
      Plan plan,
      TimeLimit time) {
    Map<String, Object> target = RecordFields.target(permission.target().target());
    target.put("start_time", permission.target().startTime());
    Map<String, String> inodes = new LinkedHashMap<>();
    permission.namespaces().forEach((kind, identity) -> inodes.put(kind.word(), identity));
    target.put("namespaces", inodes);

    Map<String, Object> run = toolAsTyped(asked.line());
    run.put("path", tool.root().executable().toString());
    run.put("sha256", tool.root().sha256());
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

  RecordBuilder result(Entry.End end, ResourceUsage usage, Duration took) {
    Map<String, Object> outcome = RecordFields.outcome(end.outcome());
    if (!usage.limitsHit().isEmpty()) {
      outcome.put(
          "short_of",
          usage.limitsHit().stream().map(limit -> limit.name().toLowerCase(Locale.ROOT)).toList());
    }
    outcome.put("duration_us", took.toNanos() / 1000);
    outcome.put("cpu_us", end.cpuMicros());
    usage.memory().ifPresent(bytes -> outcome.put("memory_bytes", bytes));
    if (end.held()) {
      outcome.put("held", true);
    }
    return about(Event.RESULT, Optional.empty()).with("outcome", outcome);
  }

  RecordBuilder denied(Invocation.Line line, Optional<String> reason, Refusal refusal) {
    return about(Event.DENIED, reason)
        .with("target", Map.of("asked", line.target().toString()))
        .with("namespaces", words(line))
        .with("tool", toolAsTyped(line))
        .with("decision", decision(false, null, refusal.message(), refusal.detail()))
        .with("outcome", Map.of("status", refusal.status()));
  }

  /** A command line that means nothing. */
  public RecordBuilder misspelt(String why, int status) {
    return about(Event.DENIED, Optional.empty())
        .with("argv", shown(request.arguments()))
        .with("decision", decision(false, null, why, why))
        .with("outcome", Map.of("status", status));
  }

  /**
   * What is refused of a question about a container: who tries many names leaves a record of each.
   */
  public RecordBuilder unanswered(TargetName name, Refusal refusal) {
    return about(Event.DENIED, Optional.empty())
        .with("target", Map.of("asked", name.toString()))
        .with("argv", shown(request.arguments()))
        .with("decision", decision(false, null, refusal.message(), refusal.detail()))
        .with("outcome", Map.of("status", refusal.status()));
  }

  /** A client that was let in at the door and not heard. */
  public static RecordBuilder turnedAway(Operator operator, String why, int status) {
    Map<String, Object> decision = new LinkedHashMap<>();
    decision.put("allowed", false);
    decision.put("why", why);
    return RecordBuilder.of(Event.DENIED)
        .with("operator", RecordFields.operator(operator))
        .with("decision", decision)
        .with("outcome", Map.of("status", status));
  }

  /**
   * A look at others' records.
   *
   * @param places the accesses that permit it; none for root
   */
  public RecordBuilder read(List<String> places) {
    String rule = places.isEmpty() ? null : String.join(", ", places);
    return about(Event.READ, Optional.empty())
        .with("argv", request.arguments().stream().map(Redaction::withoutPasswords).toList())
        .with("decision", decision(true, rule, null, null));
  }

  /** What all of them have in common. */
  public String session() {
    return session;
  }

  private RecordBuilder about(Event event, Optional<String> reason) {
    return RecordBuilder.of(event)
        .with("session", session)
        .with("operator", RecordFields.operator(operator))
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
