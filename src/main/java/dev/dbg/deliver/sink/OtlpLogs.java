package dev.dbg.deliver.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.audit.message.Field;
import dev.dbg.audit.message.Sentence;
import dev.dbg.audit.message.Severity;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordField;
import dev.dbg.model.RawText;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records as an ExportLogsServiceRequest of OTLP 1, in the JSON mapping of its protocol buffers:
 * names in lowerCamelCase, 64-bit numbers as strings.
 *
 * @param version dbg's
 */
public record OtlpLogs(String version, Clock clock) {
  private static final JsonMapper JSON = new JsonMapper();

  byte[] request(List<AuditReader.Read> records) {
    return request(records, true);
  }

  /** {@code hasWords}: also what an operator or a container's owner may have chosen. */
  byte[] request(List<AuditReader.Read> records, boolean hasWords) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    ArrayNode resourceLogs = request.putArray("resourceLogs");
    String observed = nanoseconds(clock.instant());
    // A host may be renamed within a batch.
    Map<HostIdentity, ArrayNode> ofHosts = new LinkedHashMap<>();
    for (AuditReader.Read record : records) {
      ArrayNode logRecords =
          ofHosts.computeIfAbsent(
              new HostIdentity(
                  RecordField.HOST_NAME.text(record.fields()),
                  RecordField.HOST_ID.text(record.fields()),
                  RecordField.HOST_CLUSTER.text(record.fields())),
              host -> logRecords(host, resourceLogs.addObject()));
      log(record.fields(), hasWords, observed, logRecords.addObject());
    }
    try {
      return JSON.writeValueAsBytes(request);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a tree of values is JSON", e);
    }
  }

  /** The resource that the records describe; returns the list for them. */
  private ArrayNode logRecords(HostIdentity host, ObjectNode resourceLogs) {
    ArrayNode resource = resourceLogs.putObject("resource").putArray("attributes");
    attribute(resource, "service.name", "dbgd");
    attribute(resource, "service.version", version);
    attribute(resource, Field.HOST.attribute(), host.nameOrDash());
    if (!host.id().isEmpty()) {
      attribute(resource, Field.HOST_ID.attribute(), host.id());
    }
    if (!host.cluster().isEmpty()) {
      attribute(resource, Field.CLUSTER.attribute(), host.cluster());
    }
    ObjectNode scopeLogs = resourceLogs.putArray("scopeLogs").addObject();
    scopeLogs.putObject("scope").put("name", "dev.dbg.audit").put("version", version);
    return scopeLogs.putArray("logRecords");
  }

  private static void log(JsonNode record, boolean hasWords, String observed, ObjectNode log) {
    RecordField.time(RecordField.TIME.of(record))
        .ifPresent(time -> log.put("timeUnixNano", nanoseconds(time)));
    log.put("observedTimeUnixNano", observed);
    Severity severity = Severity.of(record);
    log.put("severityNumber", severity.otlp());
    log.put("severityText", severity.name());
    log.put("eventName", "dbg." + RawText.printable(RecordField.EVENT.text(record)));
    log.putObject("body")
        .put("stringValue", hasWords ? Sentence.of(record) : Field.withoutWords(record));
    ArrayNode attributes = log.putArray("attributes");
    for (Field field : Field.values()) {
      // The resource has these.
      if (field != Field.HOST && field != Field.HOST_ID && field != Field.CLUSTER) {
        field
            .of(record)
            .filter(_ -> hasWords || field.isOwn())
            .ifPresent(
                value ->
                    value(
                        value,
                        attributes.addObject().put("key", field.attribute()).putObject("value")));
      }
    }
  }

  private static void attribute(ArrayNode attributes, String key, String value) {
    attributes.addObject().put("key", key).putObject("value").put("stringValue", value);
  }

  /** An AnyValue. */
  private static void value(JsonNode value, ObjectNode any) {
    if (value.isArray()) {
      ArrayNode values = any.putObject("arrayValue").putArray("values");
      value.forEach(element -> value(element, values.addObject()));
    } else if (value.isIntegralNumber()) {
      any.put("intValue", value.asText());
    } else if (value.isBoolean()) {
      any.put("boolValue", value.booleanValue());
    } else {
      any.put("stringValue", RawText.printable(value.asText()));
    }
  }

  private static String nanoseconds(Instant time) {
    return Long.toString(Math.addExact(time.getEpochSecond() * 1_000_000_000L, time.getNano()));
  }
}
