package dev.dbg.audit.message;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordField;
import dev.dbg.model.Refusal.Denial;

/** A record's severity, with its numbers in syslog(3) and in OpenTelemetry. */
public enum Severity {
  ERROR(3, 17),
  WARNING(4, 13),
  NOTICE(5, 10),
  INFO(6, 9);

  private final int syslog;
  private final int otlp;

  Severity(int syslog, int otlp) {
    this.syslog = syslog;
    this.otlp = otlp;
  }

  public static Severity of(JsonNode record) {
    return switch (Event.of(record)) {
      case ORPHANED -> ERROR;
      case DENIED, MISTYPED, MALFORMED ->
          Event.denial(record).filter(Denial::isRefusal).isPresent() ? WARNING : NOTICE;
      case POLICY -> Event.isKeptPolicy(record) ? WARNING : NOTICE;
      case RETENTION -> RecordField.UNDELIVERED.isIn(record) ? ERROR : NOTICE;
      case DAEMON, READ, KILL -> NOTICE;
      case null, default -> INFO;
    };
  }

  public int syslog() {
    return syslog;
  }

  public int otlp() {
    return otlp;
  }
}
