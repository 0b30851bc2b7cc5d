package dev.dbg.audit.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.audit.file.Segment;

/**
 * OCSF 1.8, Process Activity with the profile {@code container}. What the schema has no attribute
 * for is below {@code unmapped}.
 */
final class OcsfForm {
  private static final String SCHEMA = "1.8.0";
  private static final int CLASS = 1007;
  private static final int LAUNCH = 1;
  private static final int TERMINATE = 2;
  private static final int OTHER = 99;
  private static final int REGULAR_FILE = 1;
  private static final int SHA_256 = 3;

  private OcsfForm() {}

  static String line(JsonNode record, String version, String host) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    String kind = record.path("event").asText();
    JsonNode outcome = record.path("outcome");
    int activity =
        switch (kind) {
          case "intent", "denied" -> LAUNCH;
          case "result", "orphaned" -> TERMINATE;
          default -> OTHER;
        };
    boolean failed = failed(kind, outcome);
    out.put("class_uid", CLASS);
    out.put("class_name", "Process Activity");
    out.put("category_uid", 1);
    out.put("category_name", "System Activity");
    out.put("activity_id", activity);
    if (activity == OTHER) {
      out.put("activity_name", kind);
    }
    out.put("type_uid", CLASS * 100 + activity);
    out.put("time", Forms.milliseconds(record.path("time")));
    out.put("severity_id", failed ? 2 : 1);
    out.put("status_id", kind.equals("intent") ? 0 : failed ? 2 : 1);
    Forms.text(record, "/decision/why").ifPresent(why -> out.put("status_detail", why));
    out.put("message", Sentence.of(record));

    ObjectNode metadata = out.putObject("metadata");
    metadata.put("version", SCHEMA);
    ObjectNode product = metadata.putObject("product");
    product.put("name", "dbg");
    product.put("vendor_name", "dbg");
    product.put("version", version);
    metadata.putArray("profiles").add("container");
    metadata.put("sequence", record.path("seq").asLong());
    metadata.put("original_time", record.path("time").asText());
    metadata.put("log_name", Segment.FILE);
    Forms.text(record, "/session").ifPresent(s -> metadata.put("correlation_uid", s));

    JsonNode counted = Forms.counted(record);
    if (counted.isObject()) {
      out.put("count", counted.path("count").asLong());
      out.put("start_time", Forms.milliseconds(counted.path("first")));
      out.put("end_time", Forms.milliseconds(counted.path("last")));
    }
    actor(record, out.putObject("actor"));
    ObjectNode device = out.putObject("device");
    device.put("type_id", 1);
    device.put("hostname", host);
    Forms.text(record, "/boot").ifPresent(boot -> device.put("boot_uid", boot));
    process(record, out.putObject("process"));
    if (outcome.has("exit")) {
      out.put("exit_code", outcome.path("exit").asInt());
    }
    if (outcome.has("duration_us")) {
      out.put("duration", outcome.path("duration_us").asLong() / 1000);
    }
    ObjectNode unmapped = out.putObject("unmapped");
    for (String name : new String[] {"event", "reason", "namespaces", "decision", "confinement"}) {
      if (record.has(name)) {
        unmapped.set(name, record.get(name));
      }
    }
    Forms.text(record, "/hash").ifPresent(hash -> unmapped.put("hash", hash));
    return Forms.json(out);
  }

  private static boolean failed(String kind, JsonNode outcome) {
    return switch (kind) {
      case "denied", "malformed", "orphaned" -> true;
      case "result" -> outcome.path("exit").asInt(-1) != 0;
      default -> false;
    };
  }

  /** The operator; of what nobody asked for, dbgd. */
  private static void actor(JsonNode record, ObjectNode actor) {
    JsonNode operator = record.path("operator");
    if (operator.isMissingNode()) {
      actor.put("app_name", "dbgd");
      return;
    }
    ObjectNode user = actor.putObject("user");
    user.put("uid", operator.path("uid").asText());
    user.put("name", operator.path("user").asText());
    actor.putObject("process").put("pid", operator.path("pid").asLong());
  }

  private static void process(JsonNode record, ObjectNode process) {
    JsonNode tool = record.path("tool");
    JsonNode target = record.path("target");
    // The schema wants a pid or a uid; the tool has no pid yet when it is permitted.
    process.put("uid", record.path("session").asText("-"));
    if (tool.has("name")) {
      process.put("name", tool.path("name").asText());
      process.put(
          "cmd_line",
          tool.has("argv_run")
              ? Forms.words(tool.path("argv_run"), " ")
              : (tool.path("name").asText() + " " + Forms.words(tool.path("argv_typed"), " "))
                  .strip());
    }
    if (tool.has("path")) {
      ObjectNode file = process.putObject("file");
      file.put("name", tool.path("name").asText());
      file.put("path", tool.path("path").asText());
      file.put("type_id", REGULAR_FILE);
      ObjectNode hash = file.putArray("hashes").addObject();
      hash.put("algorithm_id", SHA_256);
      hash.put("value", tool.path("sha256").asText());
    }
    if (target.has("id")) {
      ObjectNode container = process.putObject("container");
      container.put("uid", target.path("id").asText());
      container.put("name", target.path("name").asText());
      container.put("runtime", target.path("runtime").asText());
      // The schema wants an id; records of before had none.
      Forms.text(target, "/image")
          .ifPresent(
              name ->
                  container
                      .putObject("image")
                      .put("uid", Forms.text(target, "/image_id").orElse(name))
                      .put("name", name));
    } else if (target.has("asked")) {
      process.putObject("container").put("name", target.path("asked").asText());
    }
  }
}
