package dev.dbg.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.Logs;
import dev.dbg.audit.Newest;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.model.Operator;
import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import dev.dbg.policy.Asked;
import dev.dbg.policy.rule.ContainerPattern;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose records about which images an access shows: the log is compared as the decision was. */
class ReadableRecordsTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final String[] TWO = {"a/x:1", "localhost:5000/z:2"};

  @TempDir private Path directory;

  private JsonNode record(Target target, List<String> typed) throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(
          RecordBuilder.of(Event.INTENT)
              .with("session", "899c1dcbe6d2a223")
              .with(Operator.supposed(new Uid(2000), "bob", List.of("ops")))
              .with(target)
              .with("argv", typed));
    }
    return Newest.of(directory, 1, record -> true, AuditReader.Read::fields).getLast();
  }

  private JsonNode record(String... names) throws Exception {
    return record(Samples.image(ID, names), List.of());
  }

  private static boolean shows(String pattern, JsonNode record) throws Exception {
    String access =
        """
        [[audit-access]]
        who = ["user:ann"]
        operators = ["*"]
        containers = ["%s"]
        """
            .formatted(pattern);
    return new ReadableRecords(
            Asked.policy(Set.of("ss"), access).auditReach(Samples.operator("ann"), Asked.NOON))
        .alone(record);
  }

  @ParameterizedTest
  @CsvSource({
    "image://a/*, true",
    "image://localhost:5000/*, true",
    "image://*:2, true",
    "image://sha256:0123*, true",
    "image://b/*, false",
    "image://*:3, false",
    "image://sha256:ff*, false",
    "image://s*, false",
    "image:*, false",
    "*, false"
  })
  void any_name_of_an_image_and_its_id_count(String pattern, boolean shown) throws Exception {
    assertEquals(shown, shows(pattern, record(TWO)));
  }

  /** The record has the id in the place of the name, which no pattern for names means. */
  @ParameterizedTest
  @CsvSource({"image://*, false", "image://0*, false", "image://sha256:*, true"})
  void the_id_of_an_image_without_a_name_is_no_name(String pattern, boolean shown)
      throws Exception {
    assertEquals(shown, shows(pattern, record()));
  }

  /** Each exception of any kind must hold for what a record has no room for. */
  @Test
  void a_name_that_is_not_recorded_matches_no_access_and_each_exception() throws Exception {
    String[] many = IntStream.range(0, 40).mapToObj("%02d/x:1"::formatted).toArray(String[]::new);
    JsonNode record = record(many);
    assertTrue(shows("image://00/x:1", record));
    assertTrue(shows("image://31/x:1", record));
    assertFalse(shows("image://39/x:1", record));
    assertFalse(shows("image://8*", record), "8 more is no name");

    for (String pattern : List.of("image://none:1", "image:none", "label:a")) {
      ContainerPattern exception = ContainerPattern.parse(pattern);
      assertTrue(exception.spares(ReadableRecords.known(record)), pattern);
      boolean byName = exception.spares(ReadableRecords.known(record(TWO)));
      assertEquals(pattern.startsWith("label:"), byName, pattern);
    }
  }

  /** Who looks at an image must not hide it by what they type, nor its maker what is typed. */
  @Test
  void neither_long_arguments_nor_many_names_push_the_other_out() throws Exception {
    String[] many =
        IntStream.range(0, 500)
            .mapToObj(i -> "%03d/%s:1".formatted(i, "x".repeat(400)))
            .toArray(String[]::new);
    List<String> typed = IntStream.range(0, 100).mapToObj("/etc/file-%d"::formatted).toList();
    JsonNode record = record(Samples.image(ID, many), typed);
    assertEquals(typed, new JsonMapper().convertValue(record.get("argv"), List.class));

    List<String> longer = typed.stream().map(word -> word.repeat(100)).toList();
    record = record(Samples.image(ID, TWO), longer);
    assertTrue(record.get("shortened").asBoolean());
    assertTrue(shows("image://localhost:5000/*", record));
  }
}
