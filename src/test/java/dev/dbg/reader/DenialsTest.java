package dev.dbg.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.answer.Screen;
import dev.dbg.answer.Screen.Paint;
import dev.dbg.audit.Logs;
import dev.dbg.audit.message.Sentence;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.model.Refusal.Denial;
import dev.dbg.model.Samples;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who was refused, who mistyped, and what failed are told apart. */
class DenialsTest {
  @TempDir private Path directory;

  private List<JsonNode> records = List.of();

  @BeforeEach
  void write() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(denied("rule", 126));
      log.append(denied("entry", 126));
      log.append(denied("tool", 126));
      log.append(denied("failed", 125));
      log.append(mistyped(Event.MISTYPED).with("why", "no such verb").with("shell", "1000-7f3a"));
      log.append(RecordBuilder.of(Event.MALFORMED).with(Samples.operator("ann")).with("why", "n"));
    }
    records = found(Query.ALL);
  }

  private static RecordBuilder denied(String kind, int status) {
    Map<String, Object> decision = Map.of("allowed", false, "kind", kind, "why", "no");
    return RecordBuilder.of(Event.DENIED)
        .with("session", "899c1dcbe6d2a223")
        .with(Samples.operator("ann"))
        .with("target", Map.of("asked", "web-1"))
        .with("namespaces", List.of("net"))
        .with("tool", Map.of("name", "ss", "argv_typed", List.of("-K")))
        .with("decision", decision)
        .with("outcome", Map.of("status", status));
  }

  private static RecordBuilder mistyped(Event event) {
    return RecordBuilder.of(event)
        .with("session", "899c1dcbe6d2a223")
        .with(Samples.operator("ann"))
        .with("argv", List.of("web-1", "nte", "ss"))
        .with("outcome", Map.of("status", 125));
  }

  private List<JsonNode> found(Query query) throws Exception {
    List<JsonNode> found = new ArrayList<>();
    AuditReader.forward(directory, query, record -> true, read -> found.add(read.fields()));
    return found;
  }

  private static Query query(boolean refused, boolean mistyped, String shell) {
    return new Query(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        refused,
        mistyped,
        Optional.empty(),
        Optional.of(shell).filter(id -> !id.isEmpty()),
        Optional.empty(),
        false,
        Optional.empty(),
        false);
  }

  @Test
  void a_record_says_why_nothing_was_run() {
    assertEquals(
        List.of(
            Denial.RULE,
            Denial.ENTRY,
            Denial.TOOL,
            Denial.FAILED,
            Denial.MISTYPED,
            Denial.MALFORMED),
        records.stream().map(record -> Event.denial(record).orElseThrow()).toList());
  }

  @Test
  void refused_finds_refusals_and_attempts_and_no_typo_or_failure() throws Exception {
    assertEquals(List.of("rule", "entry", "tool", "malformed"), words(query(true, false, "")));
    assertEquals(List.of("mistyped"), words(query(false, true, "")));
    assertEquals(5, words(query(true, true, "")).size());
    assertEquals(List.of("mistyped"), words(query(false, false, "1000-7")));
    assertEquals(List.of(), words(query(false, false, "1001-")));
  }

  private List<String> words(Query query) throws Exception {
    return found(query).stream().map(record -> Event.denial(record).orElseThrow().word()).toList();
  }

  @Test
  void only_a_refusal_may_not_run() {
    List<String> said = records.stream().map(Sentence::of).toList();
    assertEquals("ann in web-1 may not run ss -K", said.get(0));
    assertEquals("ann in web-1 typed what the tool's entry does not accept: ss -K", said.get(1));
    assertEquals("ann in web-1 typed a tool that is not in the catalogue: ss -K", said.get(2));
    assertEquals("ann in web-1 could not run ss -K", said.get(3));
    assertEquals("ann mistyped a command line: web-1 nte ss", said.get(4));
  }

  @Test
  void the_summary_has_a_number_for_each_and_lists_no_typos() {
    AuditSummary summary = new AuditSummary();
    records.reversed().forEach(summary::count);
    String text = summary.text(new Screen(0, false), new ReaderClock(ZoneOffset.UTC));
    assertTrue(
        text.startsWith(
            "0 runs, 1 refused, 2 not accepted\n1 mistyped, 1 failed, 1 malformed, 0 orphaned\n"),
        text);
    assertTrue(text.contains("NOT ACCEPTED  OPERATOR  WHY\n2             ann       no\n"), text);
    assertFalse(text.contains("no such verb"), text);
    assertEquals(1L, summary.facts().get("mistyped"));
  }

  @Test
  void a_typo_is_not_painted_like_a_refusal() {
    List<Paint> paints =
        records.stream().map(record -> AuditTableTest.event(record).paint()).toList();
    assertEquals(Paint.BAD, paints.get(1));
    assertEquals(Paint.WARNING, paints.get(4));
    assertEquals(
        "web-1 nte ss: no such verb", AuditTableTest.event(records.get(4)).cells().getLast());
  }
}
