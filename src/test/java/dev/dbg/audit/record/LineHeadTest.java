package dev.dbg.audit.record;

import static dev.dbg.audit.record.RecordField.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.EveryEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is read from a line without parsing is what parsing finds. */
class LineHeadTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00.5Z");

  /** Texts that look like members, and what JSON escapes. */
  private static final List<String> HOSTILE =
      List.of(
          "\",\"event\":\"result\",\"session\":\"",
          "},\"event\":\"seal\"",
          "},\"namespaces\":[\"net\"],\"tool\":{\"name\":\"sh\"",
          "\",\"user\":\"root",
          ",\"target\":{\"runtime\":\"pid\"}",
          "\\",
          "\u0000\u007f\u00e4\ud83d\ude00",
          "");

  private final Chain chain = new Chain("0731c78b", ChainHead.NONE);

  @Test
  void of_each_event_it_is_what_parsing_finds() {
    for (HostIdentity host : List.of(HostIdentity.UNKNOWN, EveryEvent.HOST)) {
      chain.writtenOn(host);
      for (Event event : Event.values()) {
        for (RecordBuilder draft : EveryEvent.drafts(event)) {
          assertAgrees(chain.line(FittedRecord.of(draft), NOW), true);
        }
      }
    }
  }

  @Test
  void whatever_is_typed_it_is_what_parsing_finds() {
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      String hostile = HOSTILE.get(random.nextInt(HOSTILE.size()));
      chain.writtenOn(
          new HostIdentity(one(random, "web-7", hostile), "id", one(random, "", hostile)));
      RecordBuilder draft =
          RecordBuilder.of(random.nextInt(3) == 0 ? Event.RESULT : Event.INTENT)
              .with(SESSION, one(random, "899c1dcbe6d2a223", hostile))
              .with(SHELL, random.nextBoolean() ? null : one(random, "1000-7", hostile))
              .with(OPERATOR_UID, 1000)
              .with(OPERATOR_USER, one(random, "ann", hostile))
              .with(OPERATOR_GROUPS, List.of(one(random, "dbg", hostile)))
              .with(CWD, one(random, "/", hostile))
              .with(REASON, random.nextBoolean() ? null : hostile)
              .with(TARGET_RUNTIME, one(random, "docker", hostile))
              .with(TARGET_NAME, one(random, "web-1", hostile))
              .with(TARGET_IMAGE, one(random, "img", hostile))
              .with(TARGET_NAMESPACES, random.nextBoolean() ? null : List.of("net", hostile))
              .with(NAMESPACES, List.of("net"))
              .with(TOOL_NAME, one(random, "ss", hostile))
              .with(TOOL_ARGV_TYPED, List.of(hostile));
      assertAgrees(chain.line(FittedRecord.of(draft), NOW), hostile.isEmpty());
    }
  }

  private static String one(Random random, String usual, String hostile) {
    return random.nextInt(6) == 0 ? hostile : usual;
  }

  @Test
  void a_torn_line_has_none() {
    String line =
        chain.line(FittedRecord.of(RecordBuilder.of(Event.RESULT).with(SESSION, "aa")), NOW);
    assertEquals("result", LineHead.of(line).event());
    for (int length = 0; length < line.length(); length++) {
      assertEquals("", LineHead.of(line.substring(0, length)).event());
    }
  }

  @Test
  void a_needle_is_found_where_it_is_and_nowhere_else() {
    Random random = new Random(6);
    for (int i = 0; i < 20_000; i++) {
      String line = random(random, 40) + "\u0416";
      String text = random(random, 4) + "a";
      int from = random.nextInt(line.length());
      assertEquals(
          line.indexOf(text, from), new TextSearch(text).in(line, from), text + " " + line);
    }
  }

  private static String random(Random random, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i > 0; i--) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }

  private static void assertAgrees(String line, boolean isRead) {
    JsonNode record = ParsedRecord.of(line).orElseThrow();
    LineHead head = LineHead.of(line);
    assertTrue(!isRead || !head.event().isEmpty(), line);
    if (!head.event().isEmpty()) {
      assertEquals(EVENT.text(record), head.event(), line);
      assertEquals(TIME.text(record), head.time(), line);
      assertTrue(head.session().isEmpty() || head.session().equals(SESSION.text(record)), line);
    }
    Optional<IntentHead> intent =
        head.is(Event.INTENT) ? IntentHead.of(line, head) : Optional.empty();
    if (intent.isPresent()) {
      assertEquals(OPERATOR_USER.text(record), intent.get().user(), line);
      assertEquals(TOOL_NAME.text(record), intent.get().tool(), line);
      assertEquals(
          TARGET.of(record), ParsedRecord.object(intent.get().target()).orElseThrow(), line);
    }
  }
}
