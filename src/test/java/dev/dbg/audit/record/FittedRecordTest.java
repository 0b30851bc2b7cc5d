package dev.dbg.audit.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.Logs;
import dev.dbg.model.QuotedText.Sha256;
import dev.dbg.model.RawText;
import dev.dbg.model.Samples;
import dev.dbg.model.Uid;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.policy.Asked;
import dev.dbg.policy.Policy;
import dev.dbg.policy.audit.RecordSubject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No line of the log is longer than the limit, whatever the record contains. */
class FittedRecordTest {
  private static final int LARGEST_REQUEST = 64 * 1024;

  private static JsonNode line(RecordBuilder draft) {
    Chain chain = new Chain(Logs.BOOT, new ChainHead(10, "f".repeat(64)));
    chain.writtenOn(
        HostIdentity.of("h".repeat(100), "0a".repeat(16)).in(Optional.of("c".repeat(200))));
    String line = chain.line(FittedRecord.of(draft), Instant.now());
    assertTrue(line.length() <= FittedRecord.LONGEST_LINE, () -> line.length() + " bytes: " + line);
    assertTrue(line.chars().allMatch(c -> c >= 0x20 && c < 0x7f), line);
    ChainLink frame =
        ChainLink.of(line.getBytes(StandardCharsets.US_ASCII), 0, line.length(), Sha256.digest());
    assertTrue(frame != null && frame.isGenuine());
    return ParsedRecord.of(line).orElseThrow();
  }

  @Test
  void what_is_short_stays_as_it_is() {
    JsonNode line =
        line(RecordBuilder.of(Event.DENIED).with("reason", "x".repeat(4096)).with("n", 5));
    assertEquals("x".repeat(4096), line.path("reason").asText());
    assertFalse(line.has("shortened"));
  }

  @Test
  void of_a_long_text_the_beginning_the_length_and_the_hash_are_there() {
    String text = "/var/log/\u00e4\udc80".repeat(6000);
    JsonNode line = line(RecordBuilder.of(Event.DENIED).with("reason", text));
    String shown = line.path("reason").asText();
    byte[] bytes = RawText.encode(text);
    assertTrue(line.path("shortened").asBoolean());
    assertTrue(shown.startsWith("/var/log/\u00e4\udc80/var"), shown);
    assertTrue(
        shown.endsWith(
            "\u2026(%d bytes, sha256 %s)"
                .formatted(
                    bytes.length, Logs.sha256(new String(bytes, StandardCharsets.ISO_8859_1)))),
        shown);
  }

  @Test
  void a_long_list_ends_with_how_many_more_there_were() {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      words.add("w" + i);
    }
    JsonNode argv = line(RecordBuilder.of(Event.DENIED).with("argv", words)).path("argv");
    int kept = argv.size() - 1;
    assertTrue(kept >= 256, argv::toString);
    assertEquals("w" + (kept - 1), argv.get(kept - 1).asText());
    String rest = String.join("\0", words.subList(kept, words.size())) + "\0";
    assertEquals(
        "\u2026(%d more, %d bytes, sha256 %s)"
            .formatted(30_000 - kept, rest.length(), Logs.sha256(rest)),
        argv.get(kept).asText());
  }

  /** Otherwise an operator could write a value that looks like a truncated one. */
  @Test
  void a_value_that_ends_like_a_truncation_mark_is_marked() {
    String forged = "harmless\u2026(63012 bytes, sha256 " + "a".repeat(64) + ")";
    String shown =
        line(RecordBuilder.of(Event.DENIED).with("reason", forged)).path("reason").asText();
    assertTrue(shown.startsWith(forged + "\u2026(") && shown.length() > forged.length(), shown);
    String more = "\u2026(5 more, 10 bytes, sha256 " + "a".repeat(64) + ")";
    JsonNode argv =
        line(RecordBuilder.of(Event.DENIED).with("argv", List.of("a", more))).path("argv");
    assertTrue(argv.get(1).asText().startsWith(more + "\u2026("), argv::toString);
  }

  @Test
  void long_arguments_push_no_operator_or_target_out_of_a_record() {
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      groups.add("a-group-with-a-long-name-" + i);
    }
    String image = "registry.example/" + "a".repeat(200) + ":latest";
    Map<String, Object> operator = new LinkedHashMap<>();
    operator.put("uid", 1007);
    operator.put("user", "ana");
    operator.put("groups", groups);
    List<String> argv = Collections.nCopies(20, "\u0001".repeat(3000));
    JsonNode line =
        line(
            RecordBuilder.of(Event.INTENT)
                .with("session", "899c1dcbe6d2a223")
                .with("operator", operator)
                .with("cwd", "\u0001".repeat(LARGEST_REQUEST))
                .with("reason", "\u0001".repeat(LARGEST_REQUEST))
                .with("target", Map.of("name", "adguard-1", "image", image))
                .with("tool", Map.of("name", "ss", "argv_typed", argv, "argv_run", argv))
                .with("decision", Map.of("allowed", true, "policy", "a".repeat(64))));
    assertEquals(60, line.at("/operator/groups").size());
    assertEquals(image, line.at("/target/image").asText());
    assertEquals("899c1dcbe6d2a223", line.path("session").asText());
    assertTrue(line.at("/decision/allowed").asBoolean());
    assertEquals("a".repeat(64), line.at("/decision/policy").asText());
  }

  @Test
  void a_long_command_pushes_no_auditors_group_out_of_a_record() throws Exception {
    Policy policy =
        Asked.policy(
            Set.of("ss"),
            "[[audit-access]]\nwho = [\"user:lead\"]\noperators = [\"group:sec-ops\"]\n");
    String[] groups = new String[201];
    groups[200] = "sec-ops";
    for (int i = 0; i < 200; i++) {
      groups[i] = "a-group-of-a-directory-%03d".formatted(i);
    }
    List<String> argv = List.of("/.".repeat(2500));
    JsonNode line =
        line(
            RecordBuilder.of(Event.INTENT)
                .with(RecordField.OPERATOR_UID, 1007)
                .with(RecordField.OPERATOR_GROUPS, policy.groupsOf(Samples.operator("ann", groups)))
                .with("tool", Map.of("name", "ss", "argv_typed", argv, "argv_run", argv)));
    List<String> kept = RecordField.texts(RecordField.OPERATOR_GROUPS.of(line));
    assertTrue(kept.size() < groups.length, kept::toString);
    RecordSubject.RecordedOperator author =
        new RecordSubject.RecordedOperator(new Uid(1007), "ann", kept);
    assertTrue(
        policy
            .auditReach(Samples.operator("lead"), Instant.now())
            .includes(new RecordSubject(author, new RecordSubject.Subject.None())),
        kept::toString);
  }

  /** Who runs a line chooses its words, where it is typed, and why; others choose names. */
  @Test
  void a_sessions_first_record_has_each_word_of_the_tool() {
    String path = "/.".repeat(1000) + "/secret";
    List<String> argv = new ArrayList<>(Collections.nCopies(900, "x"));
    argv.add("/last");
    Map<String, Object> tool = new LinkedHashMap<>();
    tool.put("directory", path);
    tool.put("argv_typed", argv);
    tool.put("argv_run", argv);
    assertTrue(FittedRecord.sizeOfTool(Optional.of(path), argv, argv) <= FittedRecord.LONGEST_TOOL);
    RecordBuilder draft =
        RecordBuilder.of(Event.INTENT)
            .with("session", "899c1dcbe6d2a223")
            .with(
                "operator", Map.of("uid", 1007, "groups", Collections.nCopies(600, "g".repeat(30))))
            .with("cwd", "/c".repeat(2000))
            .with("reason", "r".repeat(60_000))
            .with("target", Map.of("name", "n".repeat(255), "image", "i".repeat(255)))
            .with("tool", tool)
            .with("decision", Map.of("allowed", true, "rule", "r".repeat(100)));
    JsonNode line = line(draft);
    assertEquals(path, line.at("/tool/directory").asText());
    for (String words : List.of("/tool/argv_typed", "/tool/argv_run")) {
      assertEquals(901, line.at(words).size());
      assertEquals("/last", line.at(words).get(900).asText());
    }
    assertEquals("n".repeat(255), line.at("/target/name").asText());
    assertEquals("i".repeat(255), line.at("/target/image").asText());
    assertTrue(line.path("shortened").asBoolean());
  }

  /** Random trees of all sizes fit, and the same tree always gives the same line. */
  @Test
  @Tag("whole")
  void any_record_fits() {
    for (int seed : Whole.seeds(400, 80)) {
      Random random = Whole.random(seed);
      RecordBuilder draft =
          RecordBuilder.of(List.of(Event.values()).get(random.nextInt(Event.values().length)))
              .with("session", "s" + seed)
              .with("operator", Map.of("uid", seed, "user", text(random, 10_000)))
              .with("decision", Map.of("allowed", false, "why", text(random, 10_000)))
              .with("outcome", Map.of("status", 126))
              .with("recording", Map.of("sha256", "b".repeat(64)));
      for (int n = random.nextInt(random.nextInt(8) == 0 ? 400 : 12); n > 0; n--) {
        String[] names = {"argv", "reason", "cwd", "target", "tool", "m" + n};
        RecordBuilder _ = draft.with(names[random.nextInt(names.length)], value(random, 3, 10_000));
      }
      JsonNode line = line(draft);
      String told = "seed " + seed + ": " + line;
      assertEquals(seed, line.at("/operator/uid").asInt(-1), told);
      assertFalse(line.at("/decision/allowed").asBoolean(true), told);
      assertEquals(126, line.at("/outcome/status").asInt(), told);
      assertEquals("b".repeat(64), line.at("/recording/sha256").asText(), told);
      assertEquals(FittedRecord.of(draft).members(), FittedRecord.of(draft).members(), told);
    }
  }

  private static Object value(Random random, int depth, int most) {
    return switch (random.nextInt(depth > 0 ? 4 : 2)) {
      case 0 -> text(random, most);
      case 1 -> random.nextLong();
      case 2 -> {
        List<Object> list = new ArrayList<>();
        for (int n = random.nextInt(random.nextInt(4) == 0 ? most / 4 : 9); n > 0; n--) {
          list.add(value(random, depth - 2, 40));
        }
        yield list;
      }
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int n = random.nextInt(9); n > 0; n--) {
          map.put("k" + n, value(random, depth - 1, most));
        }
        yield map;
      }
    };
  }

  private static String text(Random random, int most) {
    String part =
        switch (random.nextInt(6)) {
          case 0 -> "\u0001";
          case 1 -> "\"";
          case 2 -> "\udc80\udcff";
          case 3 -> "\ud83d\ude00";
          case 4 -> "\u007f\u00e4";
          default -> "word ";
        };
    return part.repeat(random.nextInt(random.nextInt(3) == 0 ? most : 40));
  }

  @Test
  void what_is_said_when_there_is_no_log_is_short() {
    RecordBuilder draft =
        RecordBuilder.of(Event.RESULT)
            .with("reason", "x".repeat(4000))
            .with("cwd", "y".repeat(4000));
    assertTrue(FittedRecord.of(draft).toString().length() < 4200);
  }
}
