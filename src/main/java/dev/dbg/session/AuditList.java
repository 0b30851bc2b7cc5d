package dev.dbg.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
  private final Path directory;
  private final Operator operator;
  private final Reply reply;

  AuditList(Path directory, Operator operator, Reply reply) {
    this.directory = directory;
    this.operator = operator;
    this.reply = reply;
  }

  void print(Invocation.Audit asked) {
    try {
      reply.print(asked.json() ? json(asked.count()) : table(asked.count()));
      reply.exit(ExitStatus.OK);
    } catch (IOException e) {
      reply.complain("the audit log in %s cannot be read: %s".formatted(directory, e.getMessage()));
      reply.exit(ExitStatus.DBG_FAILED);
    }
  }

  private boolean mayRead(JsonNode record) {
    return operator.isRoot()
        || record.path("operator").path("uid").asLong(-1) == operator.uid().number();
  }

  private String json(int count) throws IOException {
    return String.join("", AuditReader.newest(directory, count, this::mayRead, this::shown));
  }

  /**
   * A record's very bytes for root, who can verify them. For anybody else without a refusal's
   * detail, which may tell what the refusal did not: that there is a container of that name; and
   * without the hashes, from which the detail could be guessed.
   */
  private String shown(AuditReader.Read record) {
    if (operator.isRoot()) {
      return record.line() + "\n";
    }
    ObjectNode fields = (ObjectNode) record.fields();
    fields.remove(List.of("prev", "hash"));
    if (fields.get("decision") instanceof ObjectNode decision) {
      decision.remove("detail");
    }
    return Json.of(fields) + "\n";
  }

  private String table(int count) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("TIME", "EVENT", "OPERATOR", "SESSION", "WHAT"));
    rows.addAll(AuditReader.newest(directory, count, this::mayRead, AuditList::row));
    return Tables.of(rows);
  }

  private static List<String> row(AuditReader.Read read) {
    JsonNode record = read.fields();
    return List.of(
        seconds(record.path("time").asText()),
        record.path("event").asText(),
        record.path("operator").path("user").asText("-"),
        record.path("session").asText("-"),
        what(record));
  }

  private static String seconds(String time) {
    int dot = time.indexOf('.');
    return dot < 0 ? time : time.substring(0, dot) + "Z";
  }

  private static String what(JsonNode record) {
    return switch (record.path("event").asText()) {
      case "intent" -> line(record, target(record.path("target")));
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

  /** A container by its name, a bare process as it is typed. */
  private static String target(JsonNode target) {
    String name = target.path("name").asText();
    return target.path("runtime").asText().equals("pid") ? "pid://" + name : name;
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
    if (outcome.has("short_of")) {
      took += ", short of " + words(outcome.path("short_of"), " and ");
    }
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
