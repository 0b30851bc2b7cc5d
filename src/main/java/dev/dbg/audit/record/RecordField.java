package dev.dbg.audit.record;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The members of records, dbg-audit(5). A member of a nested object has a path with a dot. No other
 * class spells these names.
 */
public enum RecordField {
  SEQ("seq"),
  TIME("time"),
  BOOT("boot"),
  HOST("host"),
  HOST_NAME("host.name"),
  HOST_ID("host.id"),
  HOST_CLUSTER("host.cluster"),
  EVENT("event"),
  PREV("prev"),
  HASH("hash"),
  SESSION("session"),
  SHELL("shell"),
  OPERATOR("operator"),
  OPERATOR_UID("operator.uid"),
  OPERATOR_USER("operator.user"),
  OPERATOR_SUBUID("operator.subuid"),
  OPERATOR_GID("operator.gid"),
  OPERATOR_GROUPS("operator.groups"),
  OPERATOR_PID("operator.pid"),
  OPERATOR_LOGINUID("operator.loginuid"),
  OPERATOR_AUDIT_SESSION("operator.audit_session"),
  OPERATOR_TTY("operator.tty"),
  OPERATOR_SOURCE("operator.source"),
  OPERATOR_KUBE_UID("operator.kube_uid"),
  OPERATOR_KUBE_NODE("operator.kube_node"),
  OPERATOR_KUBE_SESSION("operator.kube_session"),
  OPERATOR_KUBE_SESSION_UID("operator.kube_session_uid"),
  TAB("tab"),
  CWD("cwd"),
  REASON("reason"),
  WAITED_US("waited_us"),
  TARGET("target"),
  TARGET_ASKED("target.asked"),
  TARGET_RUNTIME("target.runtime"),
  TARGET_WAY("target.way"),
  TARGET_OWNER("target.owner"),
  TARGET_ID("target.id"),
  TARGET_NAME("target.name"),
  TARGET_IMAGE("target.image"),
  TARGET_IMAGE_NAMES("target.image_names"),
  TARGET_IMAGE_ID("target.image_id"),
  TARGET_PID("target.pid"),
  TARGET_POD_UID("target.pod_uid"),
  TARGET_START_TIME("target.start_time"),
  TARGET_STATE("target.state"),
  TARGET_NAMESPACES("target.namespaces"),
  NAMESPACES("namespaces"),
  TOOL("tool"),
  TOOL_NAME("tool.name"),
  TOOL_ARGV_TYPED("tool.argv_typed"),
  TOOL_DIRECTORY("tool.directory"),
  TOOL_RUN_AS("tool.run_as"),
  TOOL_PATH("tool.path"),
  TOOL_SHA256("tool.sha256"),
  TOOL_ARGV_RUN("tool.argv_run"),
  ARGV("argv"),
  DECISION("decision"),
  DECISION_ALLOWED("decision.allowed"),
  DECISION_KIND("decision.kind"),
  DECISION_RULE("decision.rule"),
  DECISION_POLICY("decision.policy"),
  DECISION_WHY("decision.why"),
  DECISION_DETAIL("decision.detail"),
  CONFINEMENT("confinement"),
  CONFINEMENT_UID("confinement.uid"),
  CONFINEMENT_GID("confinement.gid"),
  CONFINEMENT_CAPS("confinement.caps"),
  CONFINEMENT_VIEW("confinement.view"),
  CONFINEMENT_STREAMS("confinement.streams"),
  CONFINEMENT_TIMEOUT_S("confinement.timeout_s"),
  CONFINEMENT_TIMEOUT_ASKED_S("confinement.timeout_asked_s"),
  OUTCOME("outcome"),
  OUTCOME_EXIT("outcome.exit"),
  OUTCOME_SIGNAL("outcome.signal"),
  OUTCOME_TIMEOUT("outcome.timeout"),
  OUTCOME_UNRECORDABLE("outcome.unrecordable"),
  OUTCOME_UNREAD("outcome.unread"),
  OUTCOME_FAILED("outcome.failed"),
  OUTCOME_NOT_RUN("outcome.not_run"),
  OUTCOME_WHY("outcome.why"),
  OUTCOME_STATUS("outcome.status"),
  OUTCOME_SHORT_OF("outcome.short_of"),
  OUTCOME_DURATION_US("outcome.duration_us"),
  OUTCOME_CPU_US("outcome.cpu_us"),
  OUTCOME_MEMORY_BYTES("outcome.memory_bytes"),
  OUTCOME_HELD("outcome.held"),
  OUTCOME_LOG_BYTES("outcome.log_bytes"),
  OUTCOME_SENT_BYTES("outcome.sent_bytes"),
  OUTCOME_RECEIVED_BYTES("outcome.received_bytes"),
  ENDED("ended"),
  ENDED_HOW("ended.how"),
  ENDED_UID("ended.uid"),
  ENDED_USER("ended.user"),
  ENDED_SESSION("ended.session"),
  KILLED("killed"),
  KILLED_SESSION("killed.session"),
  KILLED_UID("killed.uid"),
  KILLED_USER("killed.user"),
  RECORDED("recorded"),
  RECORDING("recording"),
  RECORDING_BYTES("recording.bytes"),
  RECORDING_SHA256("recording.sha256"),
  RECORDING_TIMING_SHA256("recording.timing_sha256"),
  RECORDING_FAILED("recording.failed"),
  REPEATED("repeated"),
  REPEATED_COUNT("repeated.count"),
  REPEATED_FIRST("repeated.first"),
  REPEATED_LAST("repeated.last"),
  UNWRITTEN("unwritten"),
  UNWRITTEN_COUNT("unwritten.count"),
  UNWRITTEN_EVENTS("unwritten.events"),
  UNWRITTEN_FIRST("unwritten.first"),
  UNWRITTEN_LAST("unwritten.last"),
  INTENT("intent"),
  WHY("why"),
  ACTION("action"),
  VERSION("version"),
  PID("pid"),
  POLICY("policy"),
  RULES("rules"),
  GROUPS("groups"),
  SEAL("seal"),
  SEAL_EPOCH("seal.epoch"),
  SEAL_KEY("seal.key"),
  SEAL_SEQ("seal.seq"),
  SEAL_HASH("seal.hash"),
  SEAL_AT("seal.at"),
  SEAL_RECORDS("seal.records"),
  SEAL_SECONDS("seal.seconds"),
  SEAL_NEXT("seal.next"),
  SEAL_SIGNATURE("seal.signature"),
  OPEN_FROM("open_from"),
  SEGMENT("segment"),
  FIRST("first"),
  LAST("last"),
  HEAD("head"),
  RECORDINGS("recordings"),
  UNDELIVERED("undelivered"),
  SHORTENED("shortened");

  private final String outer;
  private final String word;

  @SuppressWarnings("ImmutableEnumChecker") // immutable, and not annotated so
  private final JsonPointer pointer;

  RecordField(String path) {
    int dot = path.indexOf('.');
    this.outer = dot < 0 ? "" : path.substring(0, dot);
    this.word = path.substring(dot + 1);
    this.pointer = JsonPointer.compile("/" + path.replace('.', '/'));
  }

  /** The nested object that it is a member of; empty if it is a member of the record itself. */
  String outer() {
    return outer;
  }

  /** Its name in that object. */
  public String word() {
    return word;
  }

  /** Its value; a missing node if the record does not have it. */
  public JsonNode of(JsonNode record) {
    return record.at(pointer);
  }

  public boolean isIn(JsonNode record) {
    return !of(record).isMissingNode();
  }

  /** Its value as text; empty if the record does not have it. */
  public String text(JsonNode record) {
    return of(record).asText();
  }

  public String text(JsonNode record, String otherwise) {
    return of(record).asText(otherwise);
  }

  /** Its value as text; empty if the record does not have it, or if the value is empty. */
  public Optional<String> find(JsonNode record) {
    return Optional.of(text(record)).filter(text -> !text.isEmpty());
  }

  /** Its value as a number; 0 if it is not a number. */
  public long number(JsonNode record) {
    return of(record).asLong();
  }

  /** The elements of its list, joined. */
  public String words(JsonNode record, String separator) {
    return String.join(separator, texts(of(record)));
  }

  /** The elements of a list. */
  public static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).toList();
  }

  /** A time; empty if the value is not one. */
  public static Optional<Instant> time(JsonNode value) {
    try {
      return Optional.of(Instant.parse(value.asText()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
