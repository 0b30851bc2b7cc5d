package dev.dbg.audit.export;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.audit.message.Sentence;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.Json;
import dev.dbg.audit.record.RecordWords;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Elastic Common Schema 9.0. Members for which the schema has no field are {@code labels.dbg_…}.
 */
public final class EcsForm {
  private static final String VERSION = "9.0.0";

  private EcsForm() {}

  /** The record's line, with the newline. */
  public static String line(JsonNode record) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    Event kind = Event.of(record);
    out.put("@timestamp", TIME.text(record));
    out.putObject("ecs").put("version", VERSION);

    ObjectNode event = out.putObject("event");
    event.put("kind", "event");
    event.put("provider", "dbgd");
    event.put("action", "dbg-" + EVENT.text(record));
    event.put("sequence", SEQ.number(record));
    event.putArray("category").add(category(kind));
    event.putArray("type").add(type(kind));
    REPEATED_FIRST
        .find(record)
        .or(() -> UNWRITTEN_FIRST.find(record))
        .ifPresent(first -> event.put("start", first));
    REPEATED_LAST
        .find(record)
        .or(() -> UNWRITTEN_LAST.find(record))
        .ifPresent(last -> event.put("end", last));
    event.put("outcome", result(kind, record));
    DECISION_WHY.find(record).or(() -> WHY.find(record)).ifPresent(why -> event.put("reason", why));
    if (OUTCOME_DURATION_US.isIn(record)) {
      event.put("duration", OUTCOME_DURATION_US.number(record) * 1000);
    }
    HASH.find(record).ifPresent(hash -> event.put("hash", hash));

    ObjectNode host = out.putObject("host");
    HOST_NAME.find(record).ifPresent(name -> host.put("name", name).put("hostname", name));
    HOST_ID.find(record).ifPresent(id -> host.put("id", id));
    host.putObject("boot").put("id", BOOT.text(record));
    if (OPERATOR.isIn(record)) {
      ObjectNode user = out.putObject("user");
      user.put("id", OPERATOR_UID.text(record));
      user.put("name", OPERATOR_USER.text(record));
      out.putObject("related").putArray("user").add(OPERATOR_USER.text(record));
    }
    if (TOOL.isIn(record)) {
      process(record, out.putObject("process"));
    } else if (OUTCOME_EXIT.isIn(record)) {
      out.putObject("process").put("exit_code", OUTCOME_EXIT.of(record).asInt());
    }
    if (TARGET_ID.isIn(record)) {
      ObjectNode container = out.putObject("container");
      container.put("id", TARGET_ID.text(record));
      container.put("name", TARGET_NAME.text(record));
      container.put("runtime", TARGET_RUNTIME.text(record));
      TARGET_IMAGE.find(record).ifPresent(image -> container.putObject("image").put("name", image));
    }
    DECISION_RULE.find(record).ifPresent(rule -> out.putObject("rule").put("name", rule));
    out.put("message", Sentence.of(record));
    ObjectNode labels = out.putObject("labels");
    SESSION.find(record).ifPresent(s -> labels.put("dbg_session", s));
    REASON.find(record).ifPresent(r -> labels.put("dbg_reason", r));
    TARGET_ASKED.find(record).ifPresent(a -> labels.put("dbg_target_asked", a));
    Event.denial(record).ifPresent(denial -> labels.put("dbg_denial", denial.word()));
    SHELL.find(record).ifPresent(shell -> labels.put("dbg_shell", shell));
    TARGET_IMAGE_ID.find(record).ifPresent(id -> labels.put("dbg_image_id", id));
    if (NAMESPACES.isIn(record)) {
      labels.put("dbg_namespaces", NAMESPACES.words(record, ","));
    }
    label(labels, "dbg_run_as", RecordWords.runAs(record));
    label(labels, "dbg_argv", RecordWords.quoted(ARGV.of(record)));
    // What the client says of itself, not where the tool ran.
    label(labels, "dbg_client_directory", CWD.text(record));
    // As text: labels are keywords, and an index would map a number to another type.
    REPEATED_COUNT.find(record).ifPresent(n -> labels.put("dbg_repeated", n));
    UNWRITTEN_COUNT.find(record).ifPresent(n -> labels.put("dbg_unwritten", n));
    return Json.of(out) + "\n";
  }

  private static void label(ObjectNode labels, String name, String value) {
    if (!value.isEmpty()) {
      labels.put(name, value);
    }
  }

  private static void process(JsonNode record, ObjectNode process) {
    process.put("name", TOOL_NAME.text(record));
    TOOL_PATH.find(record).ifPresent(path -> process.put("executable", path));
    TOOL_SHA256.find(record).ifPresent(h -> process.putObject("hash").put("sha256", h));
    List<String> args = new ArrayList<>();
    if (!TOOL_ARGV_RUN.isIn(record)) {
      args.add(TOOL_NAME.text(record));
    }
    (args.isEmpty() ? TOOL_ARGV_RUN : TOOL_ARGV_TYPED)
        .of(record)
        .forEach(arg -> args.add(arg.asText()));
    args.forEach(process.putArray("args")::add);
    process.put("args_count", args.size());
    process.put("command_line", String.join(" ", args));
    TOOL_DIRECTORY.find(record).ifPresent(path -> process.put("working_directory", path));
  }

  private static String category(@Nullable Event kind) {
    return switch (kind) {
      case POLICY, DAEMON, SEAL, RETENTION -> "configuration";
      case null, default -> "process";
    };
  }

  /** A type that the schema allows for the category. For a process it does not allow "denied". */
  private static String type(@Nullable Event kind) {
    return switch (kind) {
      case INTENT -> "start";
      case RESULT, ORPHANED -> "end";
      case READ -> "access";
      case KILL -> "end";
      case POLICY -> "change";
      case null, default -> "info";
    };
  }

  private static String result(@Nullable Event kind, JsonNode record) {
    return switch (kind) {
      case RESULT -> Forms.failed(record) ? "failure" : "success";
      case DENIED, MISTYPED, MALFORMED, ORPHANED -> "failure";
      case null, default -> "unknown";
    };
  }
}
