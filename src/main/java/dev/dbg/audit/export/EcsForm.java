package dev.dbg.audit.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Elastic Common Schema 9.0: what it has a field for; all else is {@code labels.dbg_…}. */
final class EcsForm {
  private static final String VERSION = "9.0.0";

  private EcsForm() {}

  static String line(JsonNode record) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    ObjectNode out = json.objectNode();
    String kind = record.path("event").asText();
    JsonNode outcome = record.path("outcome");
    out.put("@timestamp", record.path("time").asText());
    out.putObject("ecs").put("version", VERSION);

    ObjectNode event = out.putObject("event");
    event.put("kind", "event");
    event.put("provider", "dbgd");
    event.put("action", "dbg-" + kind);
    event.put("sequence", record.path("seq").asLong());
    ArrayNode category = event.putArray("category");
    category.add(category(kind));
    event.putArray("type").add(type(kind));
    JsonNode counted = Forms.counted(record);
    Forms.text(counted, "/first").ifPresent(first -> event.put("start", first));
    Forms.text(counted, "/last").ifPresent(last -> event.put("end", last));
    event.put("outcome", result(kind, outcome));
    Forms.text(record, "/decision/why").ifPresent(why -> event.put("reason", why));
    if (outcome.has("duration_us")) {
      event.put("duration", outcome.path("duration_us").asLong() * 1000);
    }
    Forms.text(record, "/hash").ifPresent(hash -> event.put("hash", hash));

    Forms.text(record, "/boot")
        .ifPresent(b -> out.putObject("host").putObject("boot").put("id", b));
    if (record.has("operator")) {
      ObjectNode user = out.putObject("user");
      user.put("id", record.at("/operator/uid").asText());
      user.put("name", record.at("/operator/user").asText());
      out.putObject("related").putArray("user").add(record.at("/operator/user").asText());
    }
    if (record.has("tool")) {
      process(record, out.putObject("process"));
    } else if (outcome.has("exit")) {
      out.putObject("process").put("exit_code", outcome.path("exit").asInt());
    }
    if (record.at("/target").has("id")) {
      ObjectNode container = out.putObject("container");
      container.put("id", record.at("/target/id").asText());
      container.put("name", record.at("/target/name").asText());
      container.put("runtime", record.at("/target/runtime").asText());
      Forms.text(record, "/target/image")
          .ifPresent(image -> container.putObject("image").put("name", image));
    }
    Forms.text(record, "/decision/rule").ifPresent(rule -> out.putObject("rule").put("name", rule));
    out.put("message", Sentence.of(record));
    ObjectNode labels = out.putObject("labels");
    Forms.text(record, "/session").ifPresent(s -> labels.put("dbg_session", s));
    Forms.text(record, "/reason").ifPresent(r -> labels.put("dbg_reason", r));
    Forms.text(record, "/target/asked").ifPresent(a -> labels.put("dbg_target_asked", a));
    Forms.text(record, "/target/image_id").ifPresent(id -> labels.put("dbg_image_id", id));
    if (record.has("namespaces")) {
      labels.put("dbg_namespaces", Forms.words(record.path("namespaces"), ","));
    }
    // Labels are keywords: a number would be one in one index and text in the next.
    Forms.text(record, "/repeated/count").ifPresent(n -> labels.put("dbg_repeated", n));
    Forms.text(record, "/unwritten/count").ifPresent(n -> labels.put("dbg_unwritten", n));
    return Forms.json(out);
  }

  private static void process(JsonNode record, ObjectNode process) {
    JsonNode tool = record.path("tool");
    process.put("name", tool.path("name").asText());
    Forms.text(tool, "/path").ifPresent(path -> process.put("executable", path));
    Forms.text(tool, "/sha256").ifPresent(h -> process.putObject("hash").put("sha256", h));
    ArrayNode args = process.putArray("args");
    if (tool.has("argv_run")) {
      tool.path("argv_run").forEach(args::add);
    } else {
      args.add(tool.path("name").asText());
      tool.path("argv_typed").forEach(args::add);
    }
    process.put("args_count", args.size());
    process.put("command_line", Forms.words(args, " "));
    Forms.text(record, "/cwd").ifPresent(cwd -> process.put("working_directory", cwd));
  }

  private static String category(String kind) {
    return switch (kind) {
      case "policy", "daemon", "seal", "retention" -> "configuration";
      default -> "process";
    };
  }

  /** Of those that the schema expects of the category: "denied" is none of a process's. */
  private static String type(String kind) {
    return switch (kind) {
      case "intent" -> "start";
      case "result", "orphaned" -> "end";
      case "read" -> "access";
      case "policy" -> "change";
      default -> "info";
    };
  }

  private static String result(String kind, JsonNode outcome) {
    return switch (kind) {
      case "result" -> outcome.path("exit").asInt(-1) == 0 ? "success" : "failure";
      case "denied", "malformed", "orphaned" -> "failure";
      default -> "unknown";
    };
  }
}
