package dev.dbg.audit.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.record.RecordWords;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal.Denial;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A field of a record as receivers get it, dbg-audit(5). The journal and syslog use its own name,
 * OpenTelemetry the name of its semantic conventions where they have one.
 *
 * <p>{@code decision.detail} is left out: it reveals whether a container exists, and users who may
 * not know that can read the journal.
 */
public enum Field {
  EVENT("dbg.event", RecordField.EVENT),
  SEQ("dbg.seq", RecordField.SEQ),
  TIME("dbg.time", RecordField.TIME),
  HASH("dbg.hash", RecordField.HASH),
  BOOT("dbg.boot", RecordField.BOOT),
  HOST("host.name", RecordField.HOST_NAME),
  HOST_ID("host.id", RecordField.HOST_ID),
  CLUSTER("k8s.cluster.name", RecordField.HOST_CLUSTER),
  SESSION("dbg.session", RecordField.SESSION),
  OPERATOR("user.name", RecordField.OPERATOR_USER),
  UID("user.id", RecordField.OPERATOR_UID),
  LOGINUID("dbg.loginuid", RecordField.OPERATOR_LOGINUID),
  TTY("dbg.tty", RecordField.OPERATOR_TTY),
  /** The address from which the operator had logged in. */
  SOURCE("source.address", RecordField.OPERATOR_SOURCE),
  SHELL("dbg.shell", RecordField.SHELL),
  REASON("dbg.reason", RecordField.REASON),
  RECORDED("dbg.recorded", RecordField.RECORDED),
  CONTAINER("container.name", RecordField.TARGET_NAME, RecordField.TARGET_ASKED),
  CONTAINER_ID("container.id", RecordField.TARGET_ID),
  IMAGE("container.image.name", RecordField.TARGET_IMAGE),
  IMAGE_ID("container.image.id", RecordField.TARGET_IMAGE_ID),
  RUNTIME("container.runtime.name", RecordField.TARGET_RUNTIME),
  POD_NAMESPACE("k8s.namespace.name", RecordField.TARGET_NAME),
  POD("k8s.pod.name", RecordField.TARGET_NAME),
  POD_CONTAINER("k8s.container.name", RecordField.TARGET_NAME),
  POD_UID("k8s.pod.uid", RecordField.TARGET_POD_UID),
  /** Of a user of the cluster, as the two that follow. */
  NODE("k8s.node.name", RecordField.OPERATOR_KUBE_NODE),
  KUBE_SESSION("dbg.kube_session", RecordField.OPERATOR_KUBE_SESSION),
  KUBE_SESSION_UID("dbg.kube_session_uid", RecordField.OPERATOR_KUBE_SESSION_UID),
  NAMESPACES("dbg.namespaces", RecordField.NAMESPACES),
  TOOL("process.executable.name", RecordField.TOOL_NAME),
  TOOL_PATH("process.executable.path", RecordField.TOOL_PATH),
  TOOL_SHA256("dbg.tool.sha256", RecordField.TOOL_SHA256),
  /** Where the tool began, {@code -w}, and as whom it ran, {@code -u}. */
  DIRECTORY("process.working_directory", RecordField.TOOL_DIRECTORY),
  RUN_AS("dbg.run_as", RecordField.TOOL_RUN_AS),
  /** As typed, without secrets; the whole command line if it cannot be parsed. */
  ARGV("process.command_args", RecordField.TOOL_ARGV_TYPED, RecordField.ARGV),
  DECISION("dbg.decision", RecordField.DECISION_ALLOWED),
  KIND("dbg.kind", RecordField.DECISION_KIND),
  RULE("dbg.rule", RecordField.DECISION_RULE),
  POLICY("dbg.policy", RecordField.DECISION_POLICY, RecordField.POLICY),
  WHY(
      "dbg.why",
      RecordField.DECISION_WHY,
      RecordField.WHY,
      RecordField.OUTCOME_WHY,
      RecordField.OUTCOME_UNRECORDABLE,
      RecordField.OUTCOME_UNREAD,
      RecordField.OUTCOME_FAILED),
  STATUS(
      "process.exit.code",
      RecordField.OUTCOME_EXIT,
      RecordField.OUTCOME_STATUS,
      RecordField.OUTCOME_NOT_RUN),
  SIGNAL("dbg.signal", RecordField.OUTCOME_SIGNAL),
  TIMEOUT("dbg.timeout", RecordField.OUTCOME_TIMEOUT),
  DURATION_US("dbg.duration_us", RecordField.OUTCOME_DURATION_US),
  ACTION("dbg.action", RecordField.ACTION),
  COUNT("dbg.count", RecordField.REPEATED_COUNT, RecordField.UNWRITTEN_COUNT),
  SEAL_EPOCH("dbg.seal.epoch", RecordField.SEAL_EPOCH),
  SEAL_SEQ("dbg.seal.seq", RecordField.SEAL_SEQ),
  SEAL_HASH("dbg.seal.hash", RecordField.SEAL_HASH),
  SEGMENT("dbg.segment", RecordField.SEGMENT),
  FIRST("dbg.first", RecordField.FIRST),
  LAST("dbg.last", RecordField.LAST),
  UNDELIVERED("dbg.undelivered", RecordField.UNDELIVERED);

  private final String attribute;

  @SuppressWarnings("ImmutableEnumChecker") // never written to
  private final RecordField[] places;

  /** {@code attribute} is OpenTelemetry's name; the first of {@code places} in a record is used. */
  Field(String attribute, RecordField... places) {
    this.attribute = attribute;
    this.places = places;
  }

  public String attribute() {
    return attribute;
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The only values that it has; empty if it may have others. */
  public List<String> words() {
    return switch (this) {
      case EVENT -> Stream.of(Event.values()).map(Event::word).toList();
      case KIND -> Stream.of(Denial.values()).map(Denial::word).toList();
      case DECISION -> List.of("allowed", "refused");
      default -> List.of();
    };
  }

  /**
   * Whether no operator and no owner of a container has chosen a character of it: numbers, times,
   * hashes, dbgd's own words, and what the host is called.
   */
  public boolean isOwn() {
    return switch (this) {
      case EVENT, SEQ, TIME, HASH, BOOT, HOST, HOST_ID, CLUSTER, SESSION, UID, KIND -> true;
      default -> false;
    };
  }

  /** A sentence for a record whose words a receiver has refused. */
  public static String withoutWords(JsonNode record) {
    return "record %d, %s: its words were refused, and are in the log"
        .formatted(RecordField.SEQ.number(record), RecordField.EVENT.text(record));
  }

  /** Its value in a record; empty if the record does not have it, or it is empty. */
  public Optional<JsonNode> of(JsonNode record) {
    return switch (this) {
      case POD_NAMESPACE -> part(record, 0);
      case POD -> part(record, 1);
      case POD_CONTAINER -> part(record, 2);
      case DIRECTORY -> RecordWords.directory(record).map(TextNode::valueOf);
      default -> first(record);
    };
  }

  private Optional<JsonNode> first(JsonNode record) {
    for (RecordField place : places) {
      JsonNode value = place.of(record);
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

  /** NAMESPACE/POD/CONTAINER, of a pod; empty of anything else. */
  private Optional<JsonNode> part(JsonNode record, int number) {
    String[] parts = RecordField.TARGET_NAME.text(record).split("/", 4);
    return RecordField.TARGET_RUNTIME.text(record).equals("k8s") && parts.length == 3
        ? Optional.of(JsonNodeFactory.instance.textNode(parts[number]))
        : Optional.empty();
  }

  /** The same as one printable line; the elements of a list. */
  public Optional<String> text(JsonNode record) {
    return of(record).map(this::line).map(RawText::printable).filter(text -> !text.isEmpty());
  }

  private String line(JsonNode value) {
    if (!value.isArray()) {
      return value.asText();
    }
    return String.join(this == ARGV ? " " : ",", RecordField.texts(value));
  }
}
