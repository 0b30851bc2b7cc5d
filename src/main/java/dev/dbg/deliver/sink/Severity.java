package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;

/** How much a record wants to be looked at, by syslog(3) and by OpenTelemetry's numbers. */
enum Severity {
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

  static Severity of(JsonNode record) {
    return switch (record.path("event").asText()) {
      case "orphaned" -> ERROR;
      case "denied", "malformed" -> WARNING;
      case "policy" -> record.path("action").asText().equals("keep") ? WARNING : NOTICE;
      case "retention" -> record.has("undelivered") ? ERROR : NOTICE;
      case "daemon", "read" -> NOTICE;
      default -> INFO;
    };
  }

  int syslog() {
    return syslog;
  }

  int otlp() {
    return otlp;
  }
}
