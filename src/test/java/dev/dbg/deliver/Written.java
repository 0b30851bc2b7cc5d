package dev.dbg.deliver;

import dev.dbg.audit.Newest;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.AuditSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A log with records like those of dbgd. */
public final class Written {
  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-24T12:00:00.123456789Z"), ZoneOffset.UTC);

  public static final Map<String, Object> ONCALL =
      Map.of("uid", 1007, "user", "oncall", "gid", 1007, "groups", List.of("dbg"), "pid", 4711);

  private Written() {}

  /** Opens a log with small segments and no retention. */
  public static AuditLog open(Path directory) throws AuditFailure {
    return AuditLog.open(
        new AuditSettings(
            directory,
            7500,
            Duration.ofDays(1),
            Optional.empty(),
            Optional.empty(),
            1000,
            Duration.ofMinutes(5),
            0),
        "5f8d3a1e-0000-4000-8000-000000000001",
        CLOCK);
  }

  public static RecordBuilder intent(List<String> arguments) {
    return RecordBuilder.of(Event.INTENT)
        .with("session", "899c1dcbe6d2a223")
        .with("operator", ONCALL)
        .with("reason", "INC-4711")
        .with(
            "target",
            Map.of(
                "runtime", "docker", "id", "f00d", "name", "adguard-1", "image", "adguard:latest"))
        .with("namespaces", List.of("net", "uts"))
        .with("tool", Map.of("name", "ss", "argv_typed", arguments, "path", "/usr/bin/ss"))
        .with(
            "decision",
            Map.of("allowed", true, "rule", "/etc/dbg/policy.d/10.toml:3", "policy", "4d59"));
  }

  public static RecordBuilder denied(String detail) {
    return RecordBuilder.of(Event.DENIED)
        .with("session", "0000000000000001")
        .with("operator", ONCALL)
        .with("target", Map.of("asked", "vault-1"))
        .with("tool", Map.of("name", "ss", "argv_typed", List.of()))
        .with(
            "decision",
            Map.of("allowed", false, "policy", "4d59", "why", "no rule", "detail", detail))
        .with("outcome", Map.of("status", 126));
  }

  public static RecordBuilder result(int exit) {
    return RecordBuilder.of(Event.RESULT)
        .with("session", "899c1dcbe6d2a223")
        .with("operator", ONCALL)
        .with("outcome", Map.of("exit", exit, "duration_us", 7790));
  }

  /** Returns the last record of a log. */
  public static AuditReader.Read last(Path directory) throws IOException {
    return Newest.of(directory, 1, record -> true, read -> read).getFirst();
  }
}
