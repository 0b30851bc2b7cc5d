package dev.dbg.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.AuditSettings;
import dev.dbg.model.Operator;
import dev.dbg.model.Outcome;
import dev.dbg.model.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A log that contains each event with every optional field, and with as few as possible. */
public final class EveryEvent {
  public static final HostIdentity HOST =
      HostIdentity.of("web-7", "5bd1f6c0aa1b4f3f8d2e9c7b6a504132");

  public static final Map<String, Object> REPEATED =
      Map.of(
          "count", 4711L, "first", "2026-11-24T11:59:00.5Z", "last", "2026-11-24T11:59:59.250123Z");

  private static final Map<String, Object> UNWRITTEN =
      Map.of(
          "count",
          140L,
          "events",
          Map.of("denied", 138L, "read", 2L),
          "first",
          "2026-11-24T11:59:00.5Z",
          "last",
          "2026-11-24T11:59:59.250123Z");

  private static final List<String> TYPED = List.of("-t", "a b");

  private EveryEvent() {}

  /** Returns the records as they are read from the log. */
  public static List<JsonNode> records(Path directory) throws Exception {
    AuditSettings settings = AuditSettings.plain(directory);
    try (AuditLog log = AuditLog.open(settings, Logs.BOOT, HOST, Logs.CLOCK, _ -> {})) {
      for (Event event : Event.values()) {
        for (RecordBuilder draft : drafts(event)) {
          log.append(draft);
        }
      }
    }
    return Newest.of(directory, 1000, record -> true, AuditReader.Read::fields);
  }

  public static List<RecordBuilder> drafts(Event event) {
    return switch (event) {
      case INTENT ->
          List.of(intent().with("reason", "INC-4711"), intentInProcess(), intentOfImage());
      case RESULT -> results();
      case DENIED ->
          List.of(
              denied(),
              denied().with("repeated", REPEATED),
              denied().with("unwritten", UNWRITTEN).with("shortened", true),
              denied("entry", 126),
              denied("tool", 126),
              denied("failed", 125),
              // A mistyped line in a log of an older dbgd.
              asked(event)
                  .with("argv", List.of("net", "x"))
                  .with("decision", Map.of("allowed", false, "why", "no such verb"))
                  .with("outcome", Map.of("status", 125)));
      case MISTYPED -> List.of(mistyped(), mistyped().with("repeated", REPEATED));
      case MALFORMED -> List.of(malformed(), malformed().with("repeated", REPEATED));
      case ORPHANED ->
          List.of(
              RecordBuilder.of(event)
                  .with("session", "899c1dcbe6d2a223")
                  .with("intent", 3)
                  .with(operator())
                  .with("why", "dbgd ended"));
      case SHELL ->
          List.of(
              asked(event)
                  .with("shell", "1000-899c1dcbe6d2a223")
                  .with(Samples.container("web-1"))
                  .with("argv", List.of("shell", "web-1"))
                  .with("decision", Map.of("allowed", true, "policy", "4d")));
      case READ -> List.of(read(), read().with("repeated", REPEATED));
      case KILL -> List.of(kill());
      case WITNESS ->
          List.of(asked(event).with("argv", List.of("witness", "web1", "7", "1205:9c0f")));
      case POLICY ->
          List.of(
              RecordBuilder.of(event).with("action", "load").with("policy", "4d").with("rules", 3),
              RecordBuilder.of(event)
                  .with("action", "keep")
                  .with("policy", "4d")
                  .with("why", "p:1: no"));
      case DAEMON ->
          List.of(
              RecordBuilder.of(event).with("action", "start").with("version", "1").with("pid", 7L),
              RecordBuilder.of(event).with("action", "stop").with("version", "1").with("pid", 7L));
      case SEAL -> List.of(RecordBuilder.of(event).with("seal", Map.of("epoch", 0, "key", "ab")));
      case RETENTION ->
          List.of(
              RecordBuilder.of(event)
                  .with("segment", "audit-000000000001.jsonl.gz")
                  .with("first", 1)
                  .with("last", 9)
                  .with("head", "ab")
                  .with("why", "old"));
    };
  }

  private static Operator operator() {
    return Samples.operator("ann", "dbg");
  }

  private static RecordBuilder asked(Event event) {
    return RecordBuilder.of(event)
        .with("session", "899c1dcbe6d2a223")
        .with(operator())
        .with("cwd", "/home/ann");
  }

  private static RecordBuilder intent() {
    return permitted().with(Samples.container("web-1")).with("namespaces", List.of("net", "mnt"));
  }

  /**
   * For a process outside any container there is no image, and the client's directory is not known.
   */
  private static RecordBuilder intentInProcess() {
    return permitted()
        .with("cwd", "")
        .with(Samples.container("pid", "25043", "", Map.of()))
        .with("namespaces", List.of("net"));
  }

  private static RecordBuilder intentOfImage() {
    return permitted()
        .with(Samples.image("5f".repeat(32), "adguard/adguardhome:latest", "localhost:5000/dns:1"))
        .with(RecordField.TARGET_ASKED, "image://adguard/adguardhome")
        .with(RecordField.TARGET_STATE, "image of docker")
        .with("namespaces", List.of("mnt"));
  }

  private static RecordBuilder permitted() {
    return asked(Event.INTENT)
        .with(
            "tool",
            Map.of(
                "name",
                "ss",
                "argv_typed",
                TYPED,
                "directory",
                "/root/.ssh",
                "run_as",
                "33:33",
                "path",
                "/usr/bin/ss",
                "sha256",
                "2b".repeat(32),
                "argv_run",
                List.of("ss", "-t", "a b")))
        .with("decision", Map.of("allowed", true, "rule", "/p:1", "policy", "4d"))
        .with("confinement", Map.of("uid", 0, "caps", List.of(), "view", "own"));
  }

  private static List<RecordBuilder> results() {
    List<RecordBuilder> drafts = new ArrayList<>();
    for (Outcome outcome :
        List.of(
            new Outcome.Exited(0),
            new Outcome.Exited(3),
            new Outcome.Signalled(9),
            new Outcome.TimedOut(),
            new Outcome.NotRun(125, "it is gone"))) {
      drafts.add(asked(Event.RESULT).with(outcome).with(RecordField.OUTCOME_DURATION_US, 24_967));
    }
    for (Map<String, Object> ended :
        List.<Map<String, Object>>of(
            Map.of("how", "stop"),
            Map.of("how", "kill", "uid", 0, "user", "root", "session", "2a2fe49e5f9567ce"))) {
      drafts.add(
          asked(Event.RESULT)
              .with("ended", ended)
              .with(new Outcome.Signalled(15))
              .with(RecordField.OUTCOME_DURATION_US, 24_967));
    }
    return drafts;
  }

  private static RecordBuilder denied() {
    return asked(Event.DENIED)
        .with("target", Map.of("asked", "vault-1"))
        .with("namespaces", List.of("net"))
        .with("tool", Map.of("name", "ss", "argv_typed", TYPED))
        .with("decision", Map.of("allowed", false, "policy", "4d", "why", "no rule"))
        .with("outcome", Map.of("status", 126));
  }

  private static RecordBuilder denied(String kind, int status) {
    return denied()
        .with("decision", Map.of("allowed", false, "kind", kind, "policy", "4d", "why", "no"))
        .with("outcome", Map.of("status", status));
  }

  private static RecordBuilder mistyped() {
    return asked(Event.MISTYPED)
        .with("shell", "1000-7f3a")
        .with("argv", List.of("net", "x"))
        .with("why", "no such verb")
        .with("outcome", Map.of("status", 125));
  }

  private static RecordBuilder malformed() {
    return RecordBuilder.of(Event.MALFORMED).with(operator()).with("why", "noise");
  }

  private static RecordBuilder kill() {
    return asked(Event.KILL)
        .with("argv", List.of("kill", "0cd5d249"))
        .with(Samples.container("web-1"))
        .with("tool", Map.of("name", "ss"))
        .with("killed", Map.of("session", "0cd5d2499138b92f", "uid", 4711, "user", "bob"));
  }

  private static RecordBuilder read() {
    return asked(Event.READ)
        .with("argv", List.of("audit"))
        .with("decision", Map.of("allowed", true, "rule", "/p:9"));
  }
}
