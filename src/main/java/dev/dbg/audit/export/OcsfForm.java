package dev.dbg.audit.export;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.message.Sentence;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.Json;
import dev.dbg.audit.record.RecordField;
import java.util.List;

/**
 * Open Cybersecurity Schema Framework 1.8, Process Activity, class 1007, with the profile {@code
 * container}. Members for which the schema has no attribute are below {@code unmapped}.
 */
public final class OcsfForm {
  private static final String SCHEMA = "1.8.0";
  private static final int CLASS = 1007;
  private static final int LAUNCH = 1;
  private static final int TERMINATE = 2;
  private static final int OTHER = 99;
  private static final int REGULAR_FILE = 1;
  private static final int SHA_256 = 3;

  private OcsfForm() {}

  /** The record's line, with the newline. {@code version} is dbg's. */
  public static String line(JsonNode record, String version) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    Event event = Event.of(record);
    int activity =
        switch (event) {
          case INTENT, DENIED -> LAUNCH;
          case RESULT, ORPHANED -> TERMINATE;
          case null, default -> OTHER;
        };
    boolean failed =
        switch (event) {
          case DENIED, MISTYPED, MALFORMED, ORPHANED -> true;
          case RESULT -> Forms.failed(record);
          case null, default -> false;
        };
    out.put("class_uid", CLASS);
    out.put("class_name", "Process Activity");
    out.put("category_uid", 1);
    out.put("category_name", "System Activity");
    out.put("activity_id", activity);
    if (activity == OTHER) {
      out.put("activity_name", EVENT.text(record));
    }
    out.put("type_uid", CLASS * 100 + activity);
    out.put("time", Forms.milliseconds(TIME.of(record)));
    boolean harmless = Event.denial(record).map(denial -> !denial.isRefusal()).orElse(!failed);
    out.put("severity_id", harmless ? 1 : 2);
    out.put("status_id", event == Event.INTENT ? 0 : failed ? 2 : 1);
    DECISION_WHY
        .find(record)
        .or(() -> WHY.find(record))
        .ifPresent(why -> out.put("status_detail", why));
    out.put("message", Sentence.of(record));

    ObjectNode metadata = out.putObject("metadata");
    metadata.put("version", SCHEMA);
    ObjectNode product = metadata.putObject("product");
    product.put("name", "dbg");
    product.put("vendor_name", "dbg");
    product.put("version", version);
    metadata.putArray("profiles").add("container");
    metadata.put("sequence", SEQ.number(record));
    metadata.put("original_time", TIME.text(record));
    metadata.put("log_name", Segment.FILE);
    SESSION.find(record).ifPresent(s -> metadata.put("correlation_uid", s));

    JsonNode counted = Forms.counted(record);
    if (counted.isObject()) {
      out.put("count", counted.path(REPEATED_COUNT.word()).asLong());
      out.put("start_time", Forms.milliseconds(counted.path(REPEATED_FIRST.word())));
      out.put("end_time", Forms.milliseconds(counted.path(REPEATED_LAST.word())));
    }
    actor(record, out.putObject("actor"));
    ObjectNode device = out.putObject("device");
    device.put("type_id", 1);
    if (HOST.isIn(record)) {
      HOST_NAME.find(record).ifPresent(name -> device.put("hostname", name));
      HOST_ID.find(record).ifPresent(id -> device.put("uid", id));
    } else {
      // The schema requires a name or an id.
      device.put("hostname", "-");
    }
    BOOT.find(record).ifPresent(boot -> device.put("boot_uid", boot));
    process(record, out.putObject("process"));
    if (OUTCOME_EXIT.isIn(record)) {
      out.put("exit_code", OUTCOME_EXIT.of(record).asInt());
    }
    if (OUTCOME_DURATION_US.isIn(record)) {
      out.put("duration", OUTCOME_DURATION_US.number(record) / 1000);
    }
    ObjectNode unmapped = out.putObject("unmapped");
    for (RecordField field :
        List.of(EVENT, SHELL, REASON, NAMESPACES, ARGV, DECISION, CONFINEMENT)) {
      if (field.isIn(record)) {
        unmapped.set(field.word(), field.of(record));
      }
    }
    for (RecordField field : List.of(TOOL_DIRECTORY, TOOL_RUN_AS)) {
      field.find(record).ifPresent(value -> unmapped.put(field.word(), value));
    }
    Event.denial(record).ifPresent(denial -> unmapped.put("denial", denial.word()));
    HASH.find(record).ifPresent(hash -> unmapped.put(HASH.word(), hash));
    return Json.of(out) + "\n";
  }

  /** The operator, or dbgd where there is none. */
  private static void actor(JsonNode record, ObjectNode actor) {
    if (!OPERATOR.isIn(record)) {
      actor.put("app_name", "dbgd");
      return;
    }
    ObjectNode user = actor.putObject("user");
    user.put("uid", OPERATOR_UID.text(record));
    user.put("name", OPERATOR_USER.text(record));
    actor.putObject("process").put("pid", OPERATOR_PID.number(record));
  }

  private static void process(JsonNode record, ObjectNode process) {
    // The schema requires a pid or a uid; when an INTENT is written the tool has no pid yet.
    process.put("uid", SESSION.text(record, "-"));
    if (TOOL_NAME.isIn(record)) {
      process.put("name", TOOL_NAME.text(record));
      process.put(
          "cmd_line",
          TOOL_ARGV_RUN.isIn(record) ? TOOL_ARGV_RUN.words(record, " ") : Forms.typed(record));
    }
    if (TOOL_PATH.isIn(record)) {
      ObjectNode file = process.putObject("file");
      file.put("name", TOOL_NAME.text(record));
      file.put("path", TOOL_PATH.text(record));
      file.put("type_id", REGULAR_FILE);
      ObjectNode hash = file.putArray("hashes").addObject();
      hash.put("algorithm_id", SHA_256);
      hash.put("value", TOOL_SHA256.text(record));
    }
    if (TARGET_ID.isIn(record)) {
      ObjectNode container = process.putObject("container");
      container.put("uid", TARGET_ID.text(record));
      container.put("name", TARGET_NAME.text(record));
      container.put("runtime", TARGET_RUNTIME.text(record));
      // The schema requires an id.
      TARGET_IMAGE
          .find(record)
          .ifPresent(
              name ->
                  container
                      .putObject("image")
                      .put("uid", TARGET_IMAGE_ID.find(record).orElse(name))
                      .put("name", name));
    } else if (TARGET_ASKED.isIn(record)) {
      process.putObject("container").put("name", TARGET_ASKED.text(record));
    }
  }
}
