package dev.dbg.audit.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.audit.EveryEvent;
import dev.dbg.audit.record.Event;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exported records conform to the published schemas. */
class ExportSchemaTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path directory;

  private List<JsonNode> records = List.of();

  @BeforeEach
  void write() throws Exception {
    records = EveryEvent.records(directory);
  }

  @Test
  void every_event_is_an_event_of_ecs() throws Exception {
    for (JsonNode record : records) {
      assertEquals(List.of(), PublishedSchema.wrongInEcs(ecs(record)), record.toString());
    }
  }

  @Test
  void every_event_is_a_process_activity_of_ocsf() throws Exception {
    for (JsonNode record : records) {
      assertEquals(List.of(), PublishedSchema.wrongInOcsf(ocsf(record)), record.toString());
    }
  }

  @Test
  void every_event_stands_in_the_log_that_is_exported() {
    List<String> words =
        records.stream().map(record -> record.path("event").asText()).distinct().toList();
    for (Event event : Event.values()) {
      assertTrue(words.contains(event.word()), event.word());
    }
  }

  @Test
  void the_host_and_its_machine_id_are_in_every_form() throws Exception {
    for (JsonNode record : records) {
      JsonNode ecs = ecs(record);
      assertEquals("web-7", ecs.at("/host/name").asText());
      assertEquals(EveryEvent.HOST.id(), ecs.at("/host/id").asText());
      JsonNode ocsf = ocsf(record);
      assertEquals("web-7", ocsf.at("/device/hostname").asText());
      assertEquals(EveryEvent.HOST.id(), ocsf.at("/device/uid").asText());
    }
  }

  @Test
  void a_record_of_a_host_without_a_name_and_an_id_is_exported_too() throws Exception {
    ObjectNode nameless = records.get(0).deepCopy();
    nameless.remove("host");
    assertEquals(List.of(), PublishedSchema.wrongInOcsf(ocsf(nameless)));
    assertEquals("-", ocsf(nameless).at("/device/hostname").asText());
    assertEquals(List.of(), PublishedSchema.wrongInEcs(ecs(nameless)));
    assertTrue(ecs(nameless).at("/host/name").isMissingNode());
    assertTrue(ecs(nameless).at("/host/boot/id").isTextual());
  }

  @Test
  void how_often_something_was_repeated_is_in_every_form() throws Exception {
    List<JsonNode> repeated = records.stream().filter(r -> r.has("repeated")).toList();
    assertEquals(4, repeated.size());
    for (JsonNode record : repeated) {
      JsonNode ecs = ecs(record);
      assertEquals("4711", ecs.at("/labels/dbg_repeated").asText());
      assertEquals("2026-11-24T11:59:00.5Z", ecs.at("/event/start").asText());
      assertEquals("2026-11-24T11:59:59.250123Z", ecs.at("/event/end").asText());
      JsonNode ocsf = ocsf(record);
      assertEquals(4711, ocsf.path("count").asLong());
      assertEquals(1_795_521_540_500L, ocsf.path("start_time").asLong());
      assertEquals(1_795_521_599_250L, ocsf.path("end_time").asLong());
    }
  }

  @Test
  void what_ecs_does_not_say_is_found() throws Exception {
    assertFound(
        List.of("event.type \"denied\" of category \"process\""),
        event -> ((ObjectNode) event.path("event")).putArray("type").add("denied"));
    assertFound(List.of("host.mood is no field"), event -> at(event, "host").put("mood", "good"));
    assertFound(
        List.of("process.args: a list or none: \"ss\""),
        event -> at(event, "process").put("args", "ss"));
    assertFound(
        List.of("event.sequence is no long: \"1\""),
        event -> at(event, "event").put("sequence", "1"));
    assertFound(
        List.of("event.outcome: \"denied\""), event -> at(event, "event").put("outcome", "denied"));
    assertFound(List.of("dbg_n is no keyword: 1"), event -> at(event, "labels").put("dbg_n", 1));
    assertFound(List.of("@timestamp is not there"), event -> event.remove("@timestamp"));
    assertFound(List.of("version \"8.0.0\""), event -> at(event, "ecs").put("version", "8.0.0"));
  }

  @Test
  void what_ocsf_does_not_say_is_found() throws Exception {
    ObjectNode event = (ObjectNode) ocsf(records.get(0));
    at(event, "metadata").put("version", "1.4.0");
    event.put("mood", "good");
    event.put("status_id", 7);
    event.put("time", "noon");
    event.put("activity_id", 2);
    ((ObjectNode) event.at("/process/container/image")).remove("uid");
    at(event, "device").remove(List.of("hostname", "uid"));
    assertEquals(
        List.of(
            "time is no timestamp_t: \"noon\"",
            "status_id: 7",
            "device. has none of"
                + " [\"ip\",\"uid\",\"name\",\"hostname\",\"instance_uid\",\"interface_uid\",\"interface_name\"]",
            "process.container.image.uid is not there",
            "mood is no attribute of process_activity",
            "version \"1.4.0\"",
            "type_uid is not of its class and activity"),
        PublishedSchema.wrongInOcsf(event));
  }

  /** Changes the event of a session's beginning, and expects these errors. */
  private void assertFound(List<String> wrong, Consumer<ObjectNode> change) throws Exception {
    ObjectNode event = (ObjectNode) ecs(records.get(0));
    change.accept(event);
    assertEquals(wrong, PublishedSchema.wrongInEcs(event));
  }

  private static ObjectNode at(JsonNode event, String name) {
    return (ObjectNode) event.path(name);
  }

  private static JsonNode ecs(JsonNode record) throws Exception {
    return JSON.readTree(EcsForm.line(record));
  }

  private static JsonNode ocsf(JsonNode record) throws Exception {
    return JSON.readTree(OcsfForm.line(record, "1.0"));
  }
}
