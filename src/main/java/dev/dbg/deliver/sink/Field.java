package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dbg.model.RawText;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What is sent of a record beside its sentence, dbg-audit(5). The journal and syslog know a field
 * by its own name, OpenTelemetry by that of its semantic conventions where they have one.
 *
 * <p>{@code decision.detail} is none of them: those who read the journal are more than those who
 * may know whether a container exists.
 */
enum Field {
  EVENT("dbg.event", "/event"),
  SEQ("dbg.seq", "/seq"),
  TIME("dbg.time", "/time"),
  HASH("dbg.hash", "/hash"),
  BOOT("dbg.boot", "/boot"),
  SESSION("dbg.session", "/session"),
  OPERATOR("user.name", "/operator/user"),
  UID("user.id", "/operator/uid"),
  LOGINUID("dbg.loginuid", "/operator/loginuid"),
  TTY("dbg.tty", "/operator/tty"),
  REASON("dbg.reason", "/reason"),
  CONTAINER("container.name", "/target/name", "/target/asked"),
  CONTAINER_ID("container.id", "/target/id"),
  IMAGE("container.image.name", "/target/image"),
  IMAGE_ID("container.image.id", "/target/image_id"),
  RUNTIME("container.runtime.name", "/target/runtime"),
  NAMESPACES("dbg.namespaces", "/namespaces"),
  TOOL("process.executable.name", "/tool/name"),
  TOOL_PATH("process.executable.path", "/tool/path"),
  TOOL_SHA256("dbg.tool.sha256", "/tool/sha256"),
  /** As typed, without what is secret; where the command line means nothing, all of it. */
  ARGV("process.command_args", "/tool/argv_typed", "/argv"),
  DECISION("dbg.decision", "/decision/allowed"),
  RULE("dbg.rule", "/decision/rule"),
  POLICY("dbg.policy", "/decision/policy", "/policy"),
  WHY("dbg.why", "/decision/why", "/why", "/outcome/why"),
  STATUS("process.exit.code", "/outcome/exit", "/outcome/status", "/outcome/not_run"),
  SIGNAL("dbg.signal", "/outcome/signal"),
  TIMEOUT("dbg.timeout", "/outcome/timeout"),
  DURATION_US("dbg.duration_us", "/outcome/duration_us"),
  ACTION("dbg.action", "/action"),
  COUNT("dbg.count", "/repeated/count", "/unwritten/count"),
  SEAL_EPOCH("dbg.seal.epoch", "/seal/epoch"),
  SEAL_SEQ("dbg.seal.seq", "/seal/seq"),
  SEAL_HASH("dbg.seal.hash", "/seal/hash"),
  SEGMENT("dbg.segment", "/segment"),
  FIRST("dbg.first", "/first"),
  LAST("dbg.last", "/last"),
  UNDELIVERED("dbg.undelivered", "/undelivered");

  private final String attribute;

  @SuppressWarnings("ImmutableEnumChecker") // nobody writes into it
  private final String[] places;

  /**
   * @param attribute OpenTelemetry's name
   * @param places JSON pointers; the first that is there counts
   */
  Field(String attribute, String... places) {
    this.attribute = attribute;
    this.places = places;
  }

  String attribute() {
    return attribute;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its value in a record; empty if the record does not have it, or has nothing there. */
  Optional<JsonNode> of(JsonNode record) {
    for (String place : places) {
      JsonNode value = record.at(place);
      if (!value.isMissingNode() && !value.isNull() && !value.isObject()) {
        return Optional.of(shown(value)).filter(v -> !v.isTextual() || !v.textValue().isEmpty());
      }
    }
    return Optional.empty();
  }

  private JsonNode shown(JsonNode value) {
    return this == DECISION && value instanceof BooleanNode allowed
        ? JsonNodeFactory.instance.textNode(allowed.booleanValue() ? "allowed" : "refused")
        : value;
  }

  /** The same in one line that no terminal obeys; of a list its elements. */
  Optional<String> text(JsonNode record) {
    return of(record).map(this::line).map(RawText::printable).filter(text -> !text.isEmpty());
  }

  private String line(JsonNode value) {
    if (!value.isArray()) {
      return value.asText();
    }
    StringJoiner joined = new StringJoiner(this == ARGV ? " " : ",");
    value.forEach(element -> joined.add(element.asText()));
    return joined.toString();
  }
}
