package dev.dbg.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.AuditReader;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.wire.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * {@code dbg audit}: the newest records, the newest last. Root reads all, anybody else their own.
 */
final class AuditList {
  private final Path log;
  private final Operator operator;
  private final Reply reply;

  AuditList(Path log, Operator operator, Reply reply) {
    this.log = log;
    this.operator = operator;
    this.reply = reply;
  }

  void print(Invocation.Audit asked) {
    try {
      List<AuditReader.Read> records = AuditReader.newest(log, asked.count(), this::mayRead);
      reply.print(asked.json() ? json(records) : table(records));
      reply.exit(ExitStatus.OK);
    } catch (IOException e) {
      reply.complain("the audit log %s cannot be read: %s".formatted(log, e.getMessage()));
      reply.exit(ExitStatus.DBG_FAILED);
    }
  }

  private boolean mayRead(JsonNode record) {
    return operator.isRoot()
        || record.path("operator").path("uid").asLong(-1) == operator.uid().number();
  }

  private static String json(List<AuditReader.Read> records) {
    StringBuilder lines = new StringBuilder();
    records.forEach(record -> lines.append(record.line()).append('\n'));
    return lines.toString();
  }

  private static String table(List<AuditReader.Read> records) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("TIME", "EVENT", "OPERATOR", "SESSION", "WHAT"));
    for (AuditReader.Read read : records) {
      JsonNode record = read.fields();
      rows.add(
          List.of(
              seconds(record.path("time").asText()),
              record.path("event").asText(),
              record.path("operator").path("user").asText("-"),
              record.path("session").asText("-"),
              what(record)));
    }
    return Tables.of(rows);
  }

  private static String seconds(String time) {
    int dot = time.indexOf('.');
    return dot < 0 ? time : time.substring(0, dot) + "Z";
  }

  private static String what(JsonNode record) {
    return switch (record.path("event").asText()) {
      case "intent" -> line(record, record.path("target").path("name").asText());
      case "denied" ->
          (record.has("tool")
                  ? line(record, record.path("target").path("asked").asText())
                  : words(record.path("argv"), " "))
              + ": "
              + record.path("decision").path("why").asText();
      case "result" -> outcome(record.path("outcome"));
      case "daemon" -> record.path("action").asText() + " " + record.path("version").asText();
      case "policy" -> record.path("action").asText() + " " + record.path("why").asText();
      default -> record.path("why").asText();
    };
  }

  private static String line(JsonNode record, String target) {
    JsonNode tool = record.path("tool");
    String arguments = words(tool.path("argv_typed"), " ");
    return "%s %s -- %s%s"
        .formatted(
            target,
            words(record.path("namespaces"), ","),
            tool.path("name").asText(),
            arguments.isEmpty() ? "" : " " + arguments);
  }

  private static String outcome(JsonNode outcome) {
    String took = " after %.3f s".formatted(outcome.path("duration_us").asLong() / 1e6);
    if (outcome.has("exit")) {
      return "exit " + outcome.path("exit").asInt() + took;
    }
    if (outcome.has("signal")) {
      return "signal " + outcome.path("signal").asInt() + took;
    }
    if (outcome.has("timeout")) {
      return "timed out" + took;
    }
    return "not run: " + outcome.path("why").asText();
  }

  private static String words(JsonNode list, String separator) {
    StringJoiner joined = new StringJoiner(separator);
    list.forEach(element -> joined.add(element.asText()));
    return joined.toString();
  }
}
