package dev.dbg.deliver.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.audit.Logs;
import dev.dbg.audit.journal.JournalTest;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.verify.KeptHeads;
import dev.dbg.audit.verify.TrustAnchors.Claim;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dbgd verify --heads} reads what each receiver was sent, in the form that it keeps. */
class DeliveredHeadsTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path directory;

  private Path log = Path.of("");
  private List<AuditReader.Read> records = List.of();

  @BeforeEach
  void write() throws Exception {
    log = directory.resolve("web1");
    HostIdentity host = HostIdentity.of("web1", "e08d2021fbdd6f894fde550c98aff54d");
    try (AuditLog open = AuditLog.open(Logs.settings(log), Logs.BOOT, host, Logs.CLOCK, _ -> {});
        Sealer sealer = Sealer.idle(open, Logs.CLOCK)) {
      open.append(RecordBuilder.of(Event.DENIED).with("reason", "seal_seq=\"9\" [dbg@32473 "));
      sealer.seal();
    }
    records = Logs.lines(log).stream().flatMap(l -> AuditReader.read(l).stream()).toList();
  }

  private Set<String> read(String... lines) throws Exception {
    Path heads = directory.resolve("heads");
    Files.write(heads, List.of(lines), StandardCharsets.UTF_8);
    Map<String, KeptHeads> kept = KeptHeads.read(heads, List.of("web1", "web2"));
    Set<String> found = new HashSet<>();
    for (Claim claim : kept.getOrDefault("web1", KeptHeads.none()).claims()) {
      found.add(claim.seq().getAsLong() + ":" + claim.hash());
    }
    return found;
  }

  /** The heads of two records; the second is a seal of the first. */
  private Set<String> all() {
    return Set.of(
        ChainHead.of(records.get(0).fields()).toString(),
        ChainHead.of(records.get(1).fields()).toString());
  }

  @Test
  void heads_in_syslog_are_read() throws Exception {
    SyslogForm form = new SyslogForm(10);
    String[] lines =
        records.stream()
            .map(r -> new String(form.message(r.fields()), StandardCharsets.UTF_8))
            .toArray(String[]::new);
    // Only seals end in a head; what others typed is before it.
    Set<String> sealed = Set.of(ChainHead.of(records.get(0).fields()).toString());
    assertEquals(sealed, read(lines));
    // As rsyslog writes it to a file: time, host, tag, sentence.
    assertEquals(sealed, read("Nov 29 10:00:01 web1 dbgd " + lines[1].replaceFirst(".*\\] .", "")));
  }

  /** Members of the group choose these words, and a relay may cut a line behind any of them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "web --reason|the log is sealed: epoch 7, head 9:HASH",
        "web --|ss|epoch|7,|head|9:HASH",
        "web --|ss|epoch 7, head 9:HASH ",
        "web --|ss|dbgd[1]: epoch 7, head 9:HASH|x",
      })
  void words_that_somebody_typed_are_no_seal(String words) throws Exception {
    String head = "9:" + "ab".repeat(32);
    List<String> argv = List.of(words.replace("9:HASH", head).split("\\|", -1));
    for (Event event : List.of(Event.DENIED, Event.MISTYPED, Event.INTENT, Event.WITNESS)) {
      Path its = directory.resolve(event.word());
      try (AuditLog open = Logs.open(its)) {
        open.append(RecordBuilder.of(event).with("argv", argv));
        open.append(
            RecordBuilder.of(event)
                .with("target", Map.of("asked", argv.getLast()))
                .with("tool", Map.of("name", "ss", "argv_typed", argv)));
      }
      for (String line : Logs.lines(its)) {
        JsonNode record = AuditReader.read(line).orElseThrow().fields();
        String message =
            new String(new SyslogForm(10).message(record), StandardCharsets.UTF_8)
                .replaceFirst(" -  \\[", " web1 [");
        String sentence = message.replaceFirst(".*\\] .", "Nov 29 10:00:01 web1 dbgd[77]: ");
        String cut = sentence.substring(0, sentence.lastIndexOf(head) + head.length());
        assertEquals(Set.of(), read(message, sentence, cut), sentence);
      }
    }
  }

  @Test
  void heads_in_the_journal_count_for_dbgds_unit_only() throws Exception {
    assertEquals(all(), read(journal("dbgd.service", 0), journal("dbgd.service", 1)));
    assertEquals(Set.of(), read(journal("user@1000.service", 1)));
  }

  private String journal(String unit, int record) throws Exception {
    ObjectNode entry = JSON.createObjectNode().put("_SYSTEMD_UNIT", unit);
    for (String field : JournalTest.text(records.get(record).fields()).lines().toList()) {
      entry.put(field.replaceFirst("=.*", ""), field.replaceFirst("^[^=]*=", ""));
    }
    return JSON.writeValueAsString(entry);
  }

  @Test
  void heads_of_an_opentelemetry_collector_are_read() throws Exception {
    byte[] request = new OtlpLogs("1", Logs.CLOCK).request(records);
    assertEquals(all(), read(new String(request, StandardCharsets.UTF_8)));
  }

  @Test
  void heads_that_a_witness_noted_are_read() throws Exception {
    String hash = "ab".repeat(32);
    String noted = "{\"event\":\"%s\",\"argv\":[\"witness\",\"web1\",\"7\",\"1205:%s\"]}";
    assertEquals(Set.of("1205:" + hash), read(noted.formatted("witness", hash)));
    assertEquals(Set.of(), read(noted.formatted("denied", hash)));
  }

  @Test
  void records_as_they_are_and_lines_that_end_in_a_head() throws Exception {
    JsonNode seal = records.get(1).fields();
    assertEquals(all(), read(records.get(0).line(), records.get(1).line()));
    String head = ChainHead.of(seal).toString();
    assertEquals(Set.of(head), read("head of web1: " + head));
    assertEquals(Set.of(), read("head of web2: " + head));
    // What a reader gets who may not read all.
    assertEquals(Set.of(), read(records.get(0).line().replace("\"hash\"", "\"x\"")));
  }

  /** As {@code kubectl get debugloghead -o json} prints two of them. */
  private static final String LIST =
      """
      {
          "apiVersion": "v1",
          "items": [
              {
                  "apiVersion": "dbg.dev/v1alpha1",
                  "kind": "DebugLogHead",
                  "metadata": {
                      "creationTimestamp": "2026-11-29T19:28:55Z",
                      "name": "web1"
                  },
                  "spec": {
                      "epoch": 7,
                      "hash": "%1$s",
                      "seq": 1205
                  }
              },
              {
                  "apiVersion": "dbg.dev/v1alpha1",
                  "kind": "DebugLogHead",
                  "metadata": {
                      "name": "web2"
                  },
                  "spec": {
                      "epoch": 3,
                      "hash": "%2$s",
                      "seq": 9
                  }
              }
          ],
          "kind": "List",
          "metadata": {
              "resourceVersion": ""
          }
      }
      """;

  private static final String ONE =
      "{\"kind\":\"DebugLogHead\",\"metadata\":{\"name\":\"web1\"},\"spec\":{\"epoch\":9,\"seq\":1300,\"hash\":\"%s\"}}";

  @Test
  void heads_of_a_clusters_nodes_are_read_in_each_printout() throws Exception {
    String a = "ab".repeat(32);
    String b = "cd".repeat(32);
    String list = LIST.formatted(a, b);
    assertEquals(Set.of("1205:" + a), read(list));
    String later = list.replace("1205", "1210").replace(a, b);
    assertEquals(
        Set.of("1205:" + a, "1210:" + b, "1300:" + b), read(list, later, ONE.formatted(b)));
    // It has the last seal alone: what is between two of them is no gap.
    Path heads = Files.writeString(directory.resolve("heads"), list + ONE.formatted(b));
    assertEquals(
        List.of(), KeptHeads.read(heads, List.of()).getOrDefault("web1", KeptHeads.none()).gaps());
    assertEquals(Set.of("web1", "web2"), KeptHeads.read(heads, List.of()).keySet());
  }

  @Test
  void a_brace_that_ends_nowhere_or_is_no_object_hides_no_head() throws Exception {
    String a = "ab".repeat(32);
    String head = "head of web1: 1205:" + a;
    assertEquals(Set.of("1205:" + a), read("{", head));
    assertEquals(Set.of("1205:" + a), read("{", head, "}"));
    assertEquals(Set.of("1300:" + a), read("{", ONE.formatted(a)));
    assertEquals(Set.of("1205:" + a), read("{", LIST.formatted(a, a)));
    assertEquals(
        Set.of("1205:" + a, "1300:" + a), read("{", "\"x\": [", head, ONE.formatted(a), "]", "}"));
    // It is JSON as a whole, and has a line that is of another kind.
    String within = "{\"kind\": \"Node\", \"its\":\n%s\n}\n".formatted(ONE.formatted(a));
    assertEquals(Set.of("1300:" + a), read("{\n\"its\":\n" + ONE.formatted(a) + "\n}"));
    assertEquals(Set.of("1300:" + a), read(within));
    String other = LIST.formatted(a, a).replace("DebugLogHead", "Node");
    assertEquals(Set.of(), read(other));
  }

  /** What ends nowhere is not kept in memory for ever: a list may have ten thousand nodes. */
  @Test
  @Tag("whole")
  void an_object_of_very_many_lines_is_given_up() throws Exception {
    String a = "ab".repeat(32);
    String blanks = "\n".repeat(499_000);
    assertEquals(
        Set.of("1205:" + a),
        read(LIST.formatted(a, a).replace("{\n    \"a", "{" + blanks + "\"a")));
    assertEquals(
        Set.of(), read(LIST.formatted(a, a).replace("{\n    \"a", "{" + blanks.repeat(2) + "\"a")));
  }

  @Test
  void heads_in_the_api_servers_own_form_are_read() throws Exception {
    String a = "ab".repeat(32);
    String raw = LIST.formatted(a, a).replace("\"List\"", "\"DebugLogHeadList\"");
    assertEquals(Set.of("1205:" + a), read(raw));
    assertEquals(Set.of("1205:" + a), read(JSON.readTree(raw).toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"seq\":1000000000000000000,\"hash\":\"HASH\"}",
        "{\"seq\":-1,\"hash\":\"HASH\"}",
        "{\"seq\":1.5,\"hash\":\"HASH\"}",
        "{\"seq\":\"\",\"hash\":\"HASH\"}",
        "{\"hash\":\"HASH\"}",
        "{\"seq\":1,\"hash\":\"xHASH\"}",
        "{\"seq\":1,\"hash\":\"HASHa\"}",
        "{\"seq\":1}",
        "{}",
        "null",
      })
  void an_object_that_cannot_be_read_is_not_passed_over(String spec) {
    String object =
        "{\"kind\":\"DebugLogHead\",\"metadata\":{\"name\":\"web1\\u001b\"},\"spec\":SPEC}"
            .replace("SPEC", spec.replace("HASH", "ab".repeat(32)));
    IOException wrong = assertThrows(IOException.class, () -> read("head of web1", object));
    assertEquals(
        directory.resolve("heads") + ": the head of web1\\x1b cannot be read", wrong.getMessage());
  }
}
