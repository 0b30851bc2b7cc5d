package dev.dbg.deliver.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.journal.JournalTest;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.deliver.Written;
import dev.dbg.model.Outcome;
import dev.dbg.model.Samples;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormsTest {
  @TempDir private Path directory;

  @Test
  void an_entry_of_the_journal_has_the_fields_that_one_searches_for() throws Exception {
    JsonNode record = written(Written.intent(List.of("-tlnH", "sport = :53")));
    String hash = record.path("hash").asText();
    assertEquals(
        """
        MESSAGE=oncall in adguard-1 runs ss -tlnH 'sport = :53'
        PRIORITY=6
        SYSLOG_IDENTIFIER=dbgd
        SYSLOG_FACILITY=10
        DBG_EVENT=intent
        DBG_SEQ=1
        DBG_TIME=2026-11-24T12:00:00.123456Z
        DBG_HASH=%s
        DBG_BOOT=5f8d3a1e-0000-4000-8000-000000000001
        DBG_SESSION=899c1dcbe6d2a223
        DBG_OPERATOR=oncall
        DBG_UID=1007
        DBG_REASON=INC-4711
        DBG_CONTAINER=adguard-1
        DBG_CONTAINER_ID=f00d
        DBG_IMAGE=adguard:latest
        DBG_RUNTIME=docker
        DBG_NAMESPACES=net,uts
        DBG_TOOL=ss
        DBG_TOOL_PATH=/usr/bin/ss
        DBG_ARGV=-tlnH sport = :53
        DBG_DECISION=allowed
        DBG_RULE=/etc/dbg/policy.d/10.toml:3
        DBG_POLICY=4d59
        """
            .formatted(hash),
        journal(record));
  }

  @Test
  void where_and_as_whom_a_tool_ran_is_told() throws Exception {
    JsonNode record =
        written(
            RecordBuilder.of(Event.DENIED)
                .with("target", Map.of("asked", "vault"))
                .with("tool", Map.of("name", "cat", "directory", "/root/.ssh", "run_as", "33:33")));
    assertEquals(List.of("DBG_DIRECTORY=/root/.ssh"), lines(journal(record), "DBG_DIRECTORY="));
    assertEquals(List.of("DBG_RUN_AS=33:33"), lines(journal(record), "DBG_RUN_AS="));
    assertTrue(syslog(record).contains(" directory=\"/root/.ssh\" run_as=\"33:33\""));
  }

  @Test
  void of_a_pod_there_is_what_its_own_logs_are_found_by() throws Exception {
    String entry =
        journal(
            written(
                RecordBuilder.of(Event.INTENT)
                    .with(Samples.ofCluster("alice", "sre"))
                    .with(Samples.podContainer("shop/web-1/app", "7"))));

    assertEquals(
        List.of(
            "DBG_POD_NAMESPACE=shop", "DBG_POD=web-1", "DBG_POD_CONTAINER=app", "DBG_POD_UID=7"),
        lines(entry, "DBG_POD"));
    assertEquals(List.of("DBG_OPERATOR=kube:alice"), lines(entry, "DBG_OPERATOR="));
    assertEquals(List.of("DBG_NODE=node1"), lines(entry, "DBG_NODE="));
    assertEquals(
        List.of("DBG_KUBE_SESSION=shop/web-1-x7k2p", "DBG_KUBE_SESSION_UID=s-1"),
        lines(entry, "DBG_KUBE"));
  }

  /** Docker lets a container be called so. */
  @Test
  void of_a_container_of_no_pod_no_part_of_its_name_is_a_pods() throws Exception {
    String entry =
        journal(written(RecordBuilder.of(Event.INTENT).with(Samples.container("shop/web-1/app"))));

    assertEquals(List.of(), lines(entry, "DBG_POD"));
  }

  @Test
  void no_argument_makes_a_field_of_its_own_or_paints_a_terminal() throws Exception {
    JsonNode record =
        written(Written.intent(List.of("a\nDBG_OPERATOR=root", "\u001b[2J", "\udcff", "\u202e")));
    String entry = journal(record);
    assertTrue(
        entry.contains("\nDBG_ARGV=a\\x0aDBG_OPERATOR=root \\x1b[2J \\xff \\u202e\n"), entry);
    assertEquals(List.of("DBG_OPERATOR=oncall"), lines(entry, "DBG_OPERATOR="));
    assertEquals(1, lines(entry, "MESSAGE=").size());
  }

  @Test
  void what_the_operator_was_not_told_is_told_to_no_receiver() throws Exception {
    JsonNode record = written(Written.denied("there is a container of that name"));
    assertFalse(journal(record).contains("of that name"), journal(record));
    assertFalse(syslog(record).contains("of that name"), syslog(record));
    assertTrue(journal(record).contains("DBG_WHY=no rule\n"), journal(record));
    assertTrue(journal(record).contains("DBG_DECISION=refused\n"), journal(record));
    assertTrue(journal(record).contains("DBG_STATUS=126\n"), journal(record));
    assertTrue(journal(record).contains("PRIORITY=4\n"), journal(record));
  }

  @Test
  void why_dbgd_killed_a_tool_is_told() throws Exception {
    JsonNode record =
        written(RecordBuilder.of(Event.RESULT).with(new Outcome.Failed("internal error")));
    assertTrue(journal(record).contains("killed by dbgd"), journal(record));
    assertTrue(journal(record).contains("DBG_WHY=internal error\n"), journal(record));
  }

  @Test
  void a_seal_says_the_head_of_the_chain() throws Exception {
    JsonNode record =
        written(
            RecordBuilder.of(Event.SEAL)
                .with("seal", Map.of("epoch", 7, "seq", 1205, "hash", "9c0f", "key", "k")));
    assertTrue(
        journal(record).startsWith("MESSAGE=the log is sealed: epoch 7, head 1205:9c0f\n"),
        journal(record));
    assertEquals(List.of("DBG_SEAL_HASH=9c0f"), lines(journal(record), "DBG_SEAL_HASH"));
    assertEquals(List.of("DBG_SEAL_SEQ=1205"), lines(journal(record), "DBG_SEAL_SEQ"));
  }

  @Test
  void a_message_of_syslog_is_as_its_rfc_says() throws Exception {
    JsonNode record = written(Written.intent(List.of("a]b", "\"q\"", "\\")));
    String hash = record.path("hash").asText();
    assertEquals(
        "<86>1 2026-11-24T12:00:00.123456Z - dbgd - intent [dbg@32473 seq=\"1\" hash=\""
            + hash
            + "\" boot=\"5f8d3a1e-0000-4000-8000-000000000001\" session=\"899c1dcbe6d2a223\""
            + " operator=\"oncall\" uid=\"1007\" reason=\"INC-4711\" container=\"adguard-1\""
            + " container_id=\"f00d\" image=\"adguard:latest\" runtime=\"docker\""
            + " namespaces=\"net,uts\" tool=\"ss\" tool_path=\"/usr/bin/ss\""
            + " argv=\"a\\]b \\\"q\\\" \\\\\" decision=\"allowed\""
            + " rule=\"/etc/dbg/policy.d/10.toml:3\" policy=\"4d59\"]"
            + " \uFEFFoncall in adguard-1 runs ss 'a]b' '\"q\"' ''\\\\''",
        syslog(record));
  }

  @Test
  void a_message_is_short_enough_for_every_server_and_says_where_it_was_cut() throws Exception {
    JsonNode record = written(Written.intent(Collections.nCopies(3, "é".repeat(600))));
    byte[] message = new SyslogForm(10).message(record);
    assertTrue(message.length < 8192, "bytes: " + message.length);
    String text = new String(message, StandardCharsets.UTF_8);
    assertTrue(text.contains("é...\" decision="), text);
    assertTrue(text.endsWith("é..."), text);
  }

  @Test
  void the_host_that_wrote_a_record_is_named_and_not_the_one_that_sends_it() throws Exception {
    HostIdentity host = HostIdentity.of("web-7", "0a".repeat(16)).in(Optional.of("prod"));
    JsonNode record = written(Written.result(0), host);
    assertTrue(
        syslog(record).startsWith("<86>1 2026-11-24T12:00:00.123456Z web-7 dbgd - result ["),
        syslog(record));
    assertTrue(syslog(record).contains(" host_id=\"" + "0a".repeat(16) + "\""), syslog(record));
    assertTrue(syslog(record).contains(" cluster=\"prod\""), syslog(record));
    assertFalse(syslog(record).contains(" host=\""), syslog(record));
    assertEquals(List.of("DBG_HOST=web-7"), lines(journal(record), "DBG_HOST="));
    assertEquals(List.of("DBG_HOST_ID=" + "0a".repeat(16)), lines(journal(record), "DBG_HOST_ID="));
    assertEquals(List.of("DBG_CLUSTER=prod"), lines(journal(record), "DBG_CLUSTER="));
    JsonNode sent =
        new JsonMapper()
            .readTree(new OtlpLogs("1", Written.CLOCK).request(List.of(Written.last(directory))))
            .at("/resourceLogs/0");
    assertEquals(
        List.of("prod"),
        sent.at("/resource/attributes")
            .valueStream()
            .filter(one -> one.path("key").asText().equals("k8s.cluster.name"))
            .map(one -> one.at("/value/stringValue").asText())
            .toList());
    assertFalse(sent.path("scopeLogs").toString().contains("prod"), sent::toString);
  }

  private JsonNode written(RecordBuilder draft) throws Exception {
    return written(draft, HostIdentity.UNKNOWN);
  }

  private JsonNode written(RecordBuilder draft, HostIdentity host) throws Exception {
    try (AuditLog log = Written.open(directory)) {
      log.writtenOn(host);
      log.append(draft);
    }
    return Written.last(directory).fields();
  }

  private static String journal(JsonNode record) {
    return JournalTest.text(record);
  }

  private static String syslog(JsonNode record) {
    return new String(new SyslogForm(10).message(record), StandardCharsets.UTF_8);
  }

  private static List<String> lines(String entry, String start) {
    return entry.lines().filter(line -> line.startsWith(start)).toList();
  }
}
