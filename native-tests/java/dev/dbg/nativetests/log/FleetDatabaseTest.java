package dev.dbg.nativetests.log;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.Postgres;
import dev.dbg.nativetests.scene.host.Rsyslog;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.words.Packet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The shipped examples for PostgreSQL: rsyslogd brings there what {@code dbgd deliver} sends, and
 * each question of an auditor is answered with what was typed.
 */
@Tag("native")
@Tag("whole")
final class FleetDatabaseTest {
  private static final Path EXAMPLES = Path.of("src/docs/examples");
  private static final String TOOLS =
      "containers = [\"dbgt-*\"]\nnamespaces = [\"net\", \"mnt\"]\ntools = [\"ss\", \"ls\", \"tail\", \"act\"]\n";

  /** That of ann, in line 1, and that of the others, which is used later. */
  private static final String RULES =
      "[[rule]]\nwho = [\"user:dbgt-ann\"]\n%s[[rule]]\nwho = [\"user:dbgt-bob\", \"user:dbgt-cal\"]\n%s"
          .formatted(TOOLS, TOOLS);

  private static final String DATABASE = "dbg";

  /** Where a record is known by nothing. */
  private static final String KEYLESS = "keyless";

  /** Where the number alone is the key. */
  private static final String NUMBERED = "numbered";

  /** Where quotes are escaped as MySQL wants it. */
  private static final String MISQUOTED = "misquoted";

  /** Where a message can make the function fail. */
  private static final String FAILING = "failing";

  private static final String AUDITOR = "dbgt_auditor";
  private static final String WRITER = "dbg_rsyslog";
  private static final int LONGEST_VALUE = 1024;

  private static final List<String> HOSTILE =
      List.of(
          "it's",
          "'); DROP TABLE dbg.record; --",
          "\\'); DROP TABLE dbg.record; --",
          "a \"quoted\" ] word\\",
          "\\] x",
          "]] [x y=\"z\"] ",
          "two\nlines\r\tand \u001b[2J",
          "turned \u202e round",
          "\u00e9 \u6f22\u5b57 \ud83d\ude00",
          "%msg% $!all $$ $1 :'x' \\x00 \\u0000",
          "x".repeat(3000),
          "\u00e9".repeat(400) + "'".repeat(700),
          "\\",
          "\\\\'");

  @RegisterExtension static final Host host = Host.with(RULES).startedByTheClass();

  private static Postgres postgres;
  private static final Map<String, Rsyslog> servers = new HashMap<>();
  private static Running delivering;

  /** Runs while the questions are asked. */
  private static @Nullable Running unended;

  private static String first = "";

  /** A moment before the others' rule was used. */
  private static String middle = "";

  private static int noPaths;

  @BeforeAll
  static void start() throws IOException {
    postgres = Postgres.start();
    String schema = example("dbg-schema.sql");
    String rsyslog = example("dbg-rsyslog.conf");
    serves(DATABASE, schema, rsyslog);
    serves(KEYLESS, without(schema, "  PRIMARY KEY (host_id, seq, hash, digest),\n", ""), rsyslog);
    serves(NUMBERED, without(schema, "(host_id, seq, hash, digest)", "(host_id, seq)"), rsyslog);
    serves(MISQUOTED, schema, without(rsyslog, "option.stdsql=", "option.sql="));
    serves(FAILING, without(schema, "WHEN data_exception OR", "WHEN division_by_zero OR"), rsyslog);
    postgres
        .runs(
            Postgres.SUPERUSER,
            DATABASE,
            "CREATE ROLE %s LOGIN IN ROLE dbg_auditor".formatted(AUDITOR))
        .exits(0);

    host.docker().starts("dbgt-siem-a");
    host.docker().starts("dbgt-siem-b");
    Path notes = Files.createDirectories(notes());
    String config = Files.readString(host.config().file());
    Files.writeString(
        host.config().file(),
        config.replace("[audit]\n", "[audit]\ndelivered = \"%s\"\n".formatted(notes)));
    for (String receiver : List.of(DATABASE, KEYLESS, MISQUOTED)) {
      Files.writeString(
          host.config().file(),
          "[[audit.syslog]]\nname = \"%s\"\nto = \"tcp://127.0.0.1:%d\"\n"
              .formatted(receiver, server(receiver).port()),
          StandardOpenOption.APPEND);
    }
    host.daemon().starts();
    linesAreTyped();
    delivering = host.installed().delivers();
    arrivesIn(DATABASE);
  }

  private static String example(String name) throws IOException {
    return Files.readString(EXAMPLES.resolve(name));
  }

  private static String without(String text, String words, String others) {
    assertTrue(text.contains(words), words);
    return text.replace(words, others);
  }

  private static void serves(String database, String schema, String rsyslog) {
    postgres.makes(database, schema);
    servers.put(database, Rsyslog.starts(postgres, database, rsyslog));
  }

  private static Rsyslog server(String database) {
    return Objects.requireNonNull(servers.get(database));
  }

  private static Path notes() {
    return host.directory().resolve("delivered");
  }

  private static void linesAreTyped() {
    first = Instant.now().toString();
    for (String word : HOSTILE) {
      host.ann().runs(List.of("--reason", word, "dbgt-siem-a", "net", "--", "ss", "-tln")).exits(0);
      // Some of them are no paths.
      if (host.ann().runs(List.of("dbgt-siem-a", "mnt", "--", "ls", "/" + word)).wasRefused()) {
        noPaths++;
      }
      Ran _ = host.ann().runs(List.of("dbgt-siem-a", "net", "--", "ss", "-K", word)).exits(126);
    }
    middle = Instant.now().toString();

    Running killed = host.cal().starts("dbgt-siem-b net -- act wait").prints("waiting");
    host.daemon().isKilled();
    killed.ends().exits(DBG_FAILED);
    host.daemon().starts();

    for (int i = 0; i < 13; i++) {
      host.ann().runs("other-siem net -- ss -tln").exits(126);
    }
    host.ann().runs("dbgt-siem-a net -- dbgt-invented").exits(127);
    host.ann().runs("dbgt-siem-none net -- ss -tln").exits(DBG_FAILED);
    host.ann().runs("--dbgt-option dbgt-siem-a net -- ss").exits(DBG_FAILED);
    Ran _ =
        host.ann()
            .runsProgram(
                Packet.ofLength(Packet.request("version"), 1),
                "speak",
                host.socket().toString(),
                "send",
                "0");
    Ran _ = host.ann().runsScript("exec \"$DBG\" shell -c 'ss -tln; ss -tan' dbgt-siem-b").exits(0);
    host.bob().runs("--timeout 1s dbgt-siem-b mnt -- tail -f /etc/hosts").exits(124);
    Running ended = host.bob().starts("dbgt-siem-b net -- act wait").prints("waiting");
    host.root().runs("kill " + host.audit().last("intent").text("/session")).exits(0);
    Ran _ = ended.ends();
    host.root().runs("audit").exits(0);
    host.config().writePolicy("[[rule]]\n");
    host.daemon().reloads().says("/action", "keep");
    host.config().writePolicy(RULES);
    host.daemon().reloads().says("/action", "load");
    host.daemon().stops();
    host.daemon().starts();
    unended = host.bob().starts("dbgt-siem-b net -- act wait").prints("waiting");
  }

  @AfterAll
  static void end() {
    if (unended != null) {
      Ran _ = unended.gets("TERM").ends();
    }
    if (delivering != null) {
      Ran _ = delivering.gets("TERM").ends();
    }
    servers.values().forEach(Rsyslog::close);
    if (postgres != null) {
      postgres.close();
    }
  }

  /** Waits until the newest record of the log is there. */
  private static void arrivesIn(String database) {
    long last = host.audit().lastSeq();
    Patience.until(
        "record %d arrives in %s".formatted(last, database), () -> holds(database, last), servers);
  }

  private static boolean holds(String database, long seq) {
    return count(database, "dbg.record WHERE seq = " + seq) > 0;
  }

  private static long count(String database, String what) {
    return Long.parseLong(
        postgres
            .runs(Postgres.SUPERUSER, database, "SELECT count(*) FROM " + what)
            .exits(0)
            .out()
            .strip());
  }

  @Test
  void each_record_arrives_once_and_with_exactly_what_the_log_has() {
    int compared = 0;
    Map<Long, JsonNode> there = new HashMap<>();
    for (JsonNode row : select("SELECT * FROM dbg.record")) {
      assertEquals(null, there.put(row.path("seq").asLong(), row), row::toString);
    }
    for (AuditRecord record : host.audit().wholeRecords()) {
      JsonNode row = there.get(record.json().path("seq").asLong());
      if (row == null) {
        continue; // written since the last one was waited for
      }
      compared++;
      Map<String, String> wanted = fields(record);
      Map<String, String> found = new TreeMap<>();
      for (String field : wanted.keySet()) {
        found.put(field, row.path(field).asText(""));
      }
      assertEquals(wanted, found);
      assertEquals(record.event(), row.path("event").asText());
      assertEquals(
          Instant.parse(record.text("/time")),
          Instant.parse(row.path("time").asText().replace("+00:00", "Z")));
    }
    assertTrue(compared > 4 * HOSTILE.size(), "records compared: " + compared);
    assertEquals(0, count(DATABASE, "dbg.unread"));
    // They were there to be compared.
    for (String word : HOSTILE) {
      assertEquals(
          1, count(DATABASE, "dbg.record WHERE event = 'intent' AND reason = " + sql(word)));
      assertTrue(count(DATABASE, "dbg.record WHERE argv = " + sql("/" + word)) >= 1, word);
    }
  }

  /** What dbg-audit(5) promises of a value: control and format characters as words, and cut. */
  private static String shown(String value) {
    StringBuilder printable = new StringBuilder();
    value
        .codePoints()
        .forEach(
            point -> {
              switch (Character.getType(point)) {
                case Character.CONTROL -> printable.append("\\x%02x".formatted(point));
                case Character.FORMAT -> printable.append("\\u%04x".formatted(point));
                default -> printable.appendCodePoint(point);
              }
            });
    return printable.length() <= LONGEST_VALUE
        ? printable.toString()
        : printable.substring(0, LONGEST_VALUE - 3) + "...";
  }

  private static String sql(String value) {
    return "'" + shown(value).replace("'", "''") + "'";
  }

  private static Map<String, String> fields(AuditRecord record) {
    Map<String, String> fields = new TreeMap<>();
    for (String member : List.of("seq", "hash", "boot", "session", "shell", "reason")) {
      fields.put(member, shown(record.text("/" + member)));
    }
    fields.put("host", record.text("/host/name"));
    fields.put("host_id", record.text("/host/id"));
    fields.put("operator", record.text("/operator/user"));
    fields.put("uid", record.text("/operator/uid"));
    fields.put("container", shown(either(record, "/target/name", "/target/asked")));
    fields.put("runtime", record.text("/target/runtime"));
    fields.put("tool", shown(record.text("/tool/name")));
    fields.put("rule", record.text("/decision/rule"));
    fields.put("kind", record.text("/decision/kind"));
    JsonNode typed = record.json().at("/tool/argv_typed");
    JsonNode words = typed.isMissingNode() ? record.json().path("argv") : typed;
    fields.put(
        "argv",
        shown(
            StreamSupport.stream(words.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(" "))));
    return fields;
  }

  private static String either(AuditRecord record, String one, String other) {
    return record.json().at(one).isMissingNode() ? record.text(other) : record.text(one);
  }

  @Test
  void a_log_that_is_delivered_again_makes_no_doubles_and_without_the_key_it_does()
      throws IOException {
    arrivesIn(KEYLESS);
    assertEquals(0, doubles(KEYLESS));

    Ran _ = delivering.gets("TERM").ends();
    try (Stream<Path> notes = Files.list(notes())) {
      for (Path note : notes.toList()) {
        Files.delete(note);
      }
    }
    delivering = host.installed().delivers();

    Patience.until("it is there twice", () -> doubles(KEYLESS) > HOSTILE.size());
    host.ann().runs("dbgt-siem-a net -- ss -tanH").exits(0);
    arrivesIn(DATABASE);
    Path note = notes().resolve(DATABASE);
    Patience.until("all was sent again", () -> noted(note) >= host.audit().lastSeq(), note);
    host.ann().runs("dbgt-siem-a net -- ss -tanH").exits(0);
    arrivesIn(DATABASE);
    assertEquals(0, doubles(DATABASE));
  }

  private static long doubles(String database) {
    return count(
        database,
        "(SELECT seq FROM dbg.record GROUP BY host_id, seq, hash HAVING count(*) > 1) AS doubles");
  }

  /** The number in a receiver's note; 0 while there is none. */
  private static long noted(Path note) {
    try (Stream<Path> notes = Files.list(note.getParent())) {
      return notes
          .filter(file -> file.getFileName().toString().startsWith(DATABASE))
          .map(FleetDatabaseTest::firstNumber)
          .findFirst()
          .orElse(0L);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long firstNumber(Path file) {
    try {
      String number = Files.readString(file).replaceFirst("(?s)^([0-9]*).*", "$1");
      return number.isEmpty() ? 0 : Long.parseLong(number);
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void with_quotes_as_mysql_wants_them_a_reason_is_no_text_any_more() {
    server(MISQUOTED).says("postgres query execution failed");
    assertEquals(0, count(MISQUOTED, "dbg.record WHERE reason = " + sql(HOSTILE.getFirst())));
  }

  @Test
  void foreign_messages_are_kept_apart_from_records() {
    List<byte[]> sent =
        List.of(
            message("denied", "2026-02-31T13:19:50.133008Z", fields(70, "")),
            message("denied", "0000-01-01T00:00:00Z", fields(71, "")),
            bytes(
                "<85>1 2026-11-26T13:19:50Z h dbgd - denied [dbg@32473 seq=\"72\" why=\"\u00ff\u00fe\"] x"),
            message("denied", "2026-11-26T13:19:50Z", fields(73, " uid=\"many\"")),
            message("denied", "2026-11-26T13:19:50Z", fields(74, " status=\"99999999999\"")),
            message("denied", "2026-11-26T13:19:50Z", " seq=\"75\" host_id=\"other\""),
            message(
                "denied", "2026-11-26T13:19:50Z", fields(76, " reason=\"" + "z".repeat(70_000))),
            bytes("<13>1 - - - - - - nothing of dbgd's"));
    // Two workers of rsyslogd may have one each: then the second is kept, and the next is not.
    AtomicInteger number = new AtomicInteger(80);
    Patience.until(
        "one keeps others out",
        () -> {
          int next = number.getAndIncrement();
          byte[] good = message("denied", "2026-11-26T13:19:50Z", fields(next, ""));
          server(FAILING).isSent(List.of(sent.getFirst(), good));
          Patience.sleeps(Duration.ofSeconds(1));
          return !holds(FAILING, next);
        });
    server(FAILING).says("postgres query execution failed");

    Rsyslog shipped = server(DATABASE);
    shipped.isSent(sent);
    Patience.until("it is there", () -> count(DATABASE, "dbg.unread") >= sent.size());
    host.ann().runs("dbgt-siem-a net -- ss -tlnH").exits(0);
    arrivesIn(DATABASE);
    assertEquals(0, count(DATABASE, "dbg.record WHERE host_id = 'other'"));
    assertEquals(0, count(DATABASE, "dbg.unread WHERE sender <> '127.0.0.1'"));
    postgres.runs(Postgres.SUPERUSER, DATABASE, "DELETE FROM dbg.unread").exits(0);
  }

  @Test
  void a_forged_record_with_the_next_number_does_not_keep_the_real_one_out_and_both_are_shown() {
    AuditRecord last = host.audit().wholeRecords().getLast();
    long next = last.json().path("seq").asLong() + 1;
    String forged =
        " seq=\"%d\" hash=\"%064x\" host_id=\"%s\" operator=\"nobody\""
            .formatted(next, next, last.text("/host/id"));
    server(DATABASE).isSent(List.of(message("result", last.text("/time"), forged)));
    Patience.until("it is there", () -> holds(DATABASE, next));

    host.ann().runs("dbgt-siem-a net -- ss -tlnH").exits(0);
    arrivesIn(DATABASE);

    Patience.until(
        "the real one is there, too", () -> count(DATABASE, "dbg.record WHERE seq = " + next) == 2);
    JsonNode numbers = question(4);
    assertEquals(1, numbers.size(), numbers::toString);
    assertEquals("twice " + next, text(numbers.get(0), "what", "first"));

    // The journal shows the hash of a record to more people than may write there.
    long seq = last.json().path("seq").asLong();
    String copied =
        " seq=\"%d\" hash=\"%s\" host_id=\"%s\" operator=\"nobody\""
            .formatted(seq, last.text("/hash"), last.text("/host/id"));
    server(DATABASE).isSent(List.of(message("result", last.text("/time"), copied)));
    Patience.until("both are there", () -> count(DATABASE, "dbg.record WHERE seq = " + seq) == 2);
    String real = " seq=\"%d\" hash=\"%064x\" host_id=\"other\"";
    server(NUMBERED)
        .isSent(
            Stream.of(real.formatted(90, 1), real.formatted(90, 2), fields(91, ""))
                .map(fields -> message("denied", "2026-11-26T13:19:50Z", fields))
                .toList());
    Patience.until("what was sent last is there", () -> holds(NUMBERED, 91));
    assertEquals(1, count(NUMBERED, "dbg.record WHERE seq = 90"));
    String remove = "DELETE FROM dbg.record WHERE operator = 'nobody'";
    postgres.runs(Postgres.SUPERUSER, DATABASE, remove).exits(0);
  }

  private static String fields(int seq, String more) {
    return " seq=\"%d\" hash=\"%064x\" host_id=\"other\"%s".formatted(seq, seq, more);
  }

  private static byte[] message(String event, String time, String fields) {
    return bytes("<85>1 %s other dbgd - %s [dbg@32473%s] forged".formatted(time, event, fields));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void the_writers_role_cannot_read_and_the_readers_cannot_write() {
    for (String statement :
        List.of(
            "SELECT * FROM dbg.record",
            "INSERT INTO dbg.unread VALUES (now(), '', '', '', '')",
            "DELETE FROM dbg.record",
            "CREATE TABLE dbg.mine ()")) {
      Ran _ = postgres.runs(WRITER, DATABASE, statement).exits(3).says("permission denied");
    }
    for (String statement :
        List.of(
            "DELETE FROM dbg.record",
            "UPDATE dbg.record SET event = 'x'",
            "SELECT dbg.receive('now', '', '', '', '', '')",
            "CREATE TABLE dbg.mine ()")) {
      Ran _ = postgres.runs(AUDITOR, DATABASE, statement).exits(3).says("permission denied");
    }
  }

  @Test
  void the_questions_are_ten_and_run_as_they_are_shipped() throws IOException {
    assertEquals(10, questions().size());
    String heads =
        postgres.runs(AUDITOR, DATABASE, Map.of(), example("dbg-questions.sql")).exits(0).out();
    assertTrue(heads.contains("dbgt-ann"), heads);
  }

  @Test
  void who_has_run_something_out_of_hours() {
    List<String> sessions =
        sessions(
            "SELECT session FROM dbg.record WHERE event = 'intent' AND time < "
                + sql(middle)
                + " ORDER BY seq");
    String before =
        timeOf(sessions.get(0), "2026-11-25 03:00 UTC") // a Wednesday
            + timeOf(sessions.get(1), "2026-11-25 10:00 UTC")
            + timeOf(sessions.get(2), "2026-11-25 18:30 UTC") // 19:30 in Berlin
            + timeOf(sessions.get(3), "2026-11-29 10:00 UTC"); // a Sunday
    JsonNode found =
        question(1, before, Map.of("since", "2026-11-25 UTC", "until", "2026-11-29 10:01 UTC"));
    List<String> times =
        texts(found, "local_time", "operator", "tool").stream()
            .filter(row -> !row.contains("bob"))
            .toList();
    assertTrue(times.contains("2026-11-25T04:00:00 dbgt-ann ss"), times::toString);
    assertTrue(times.contains("2026-11-25T19:30:00 dbgt-ann ss"), times::toString);
    assertTrue(times.contains("2026-11-29T11:00:00 dbgt-ann ls"), times::toString);
    assertFalse(times.toString().contains("2026-11-25T11:00:00"), times::toString);

    Map<String, String> always =
        Map.of("opens", "00:00", "closes", "24:00", "workdays", "{1,2,3,4,5,6,7}");
    assertEquals(0, question(1, "", always).size());
    assertEquals(
        count(DATABASE, "dbg.record WHERE event = 'intent'"),
        question(1, "", Map.of("workdays", "{}")).size());
  }

  private static String timeOf(String session, String time) {
    return "UPDATE dbg.record SET time = '%s' WHERE event = 'intent' AND session = '%s';\n"
        .formatted(time, session);
  }

  private static List<String> sessions(String query) {
    return texts(select(query), "session");
  }

  @Test
  void which_rules_were_used_for_the_first_time() {
    String policy = host.config().policyFile().toString();
    List<String> all = texts(question(2, "", Map.of("since", first)), "rule", "operator");
    assertEquals(List.of(policy + ":1 dbgt-ann", policy + ":6 dbgt-cal"), all);
    List<String> later = texts(question(2, "", Map.of("since", middle)), "rule", "operator");
    assertEquals(List.of(policy + ":6 dbgt-cal"), later);
  }

  @Test
  void what_was_refused_to_an_operator() {
    Map<String, Integer> times = new TreeMap<>();
    for (JsonNode row : question(3, "", Map.of("operator", "dbgt-ann"))) {
      times.merge(row.path("kind").asText(), row.path("times").asInt(), Integer::sum);
    }
    assertEquals(
        Map.of(
            "rule",
            13,
            "entry",
            HOSTILE.size() + noPaths,
            "tool",
            1,
            "failed",
            1,
            "mistyped",
            1,
            "malformed",
            1),
        times);
    assertEquals(0, question(3, "", Map.of("operator", "dbgt-bob")).size());
    assertEquals(0, question(3, "", Map.of("operator", "' OR true --")).size());
  }

  @Test
  void which_numbers_of_a_host_are_missing() {
    assertEquals(0, question(4).size());
    JsonNode gap = question(4, "DELETE FROM dbg.record WHERE seq IN (5, 6, 9)", Map.of());
    assertEquals(List.of("missing 5 6", "missing 9 9"), texts(gap, "what", "first", "last"));
  }

  @Test
  void from_which_hosts_nothing_has_come_for_a_day() {
    assertEquals(0, question(5).size());
    String dayBefore = "UPDATE dbg.record SET time = time - interval '25 hours'";
    JsonNode silent = question(5, dayBefore, Map.of());
    assertEquals(List.of("false"), texts(silent, "stopped"));
    String stopped =
        dayBefore
            + "; DELETE FROM dbg.record WHERE seq > (SELECT max(seq) FROM dbg.record"
            + " WHERE event = 'daemon' AND action = 'stop')";
    assertEquals(List.of("true"), texts(question(5, stopped, Map.of()), "stopped"));
  }

  @Test
  void which_shells_were_used_for_longer_than_an_hour() {
    assertEquals(0, question(6).size());
    String earlier =
        "UPDATE dbg.record SET time = time - interval '61 minutes' WHERE event = 'shell'";
    JsonNode shells = question(6, earlier, Map.of());
    assertEquals(
        List.of("dbgt-ann 2 [\"dbgt-siem-b\"]"), texts(shells, "operator", "lines", "containers"));
  }

  @Test
  void who_was_in_a_container() {
    JsonNode visitors = question(7, "", Map.of("container", "dbgt-siem-b"));
    assertEquals(
        List.of("dbgt-ann 2 [\"ss\"]", "dbgt-bob 3 [\"act\",\"tail\"]", "dbgt-cal 1 [\"act\"]"),
        texts(visitors, "operator", "sessions", "tools").stream().sorted().toList());
    JsonNode others = question(7, "", Map.of("container", "dbgt-siem-a", "until", middle));
    assertEquals(1, others.size());
    List<String> reasons = new ArrayList<>();
    others.get(0).path("reasons").forEach(reason -> reasons.add(reason.asText()));
    assertEquals(
        HOSTILE.stream().map(FleetDatabaseTest::shown).sorted().toList(),
        reasons.stream().sorted().toList());
  }

  @Test
  void which_tools_are_used_in_which_containers() {
    List<String> tools =
        texts(
            question(8, "", Map.of("until", middle)),
            "container",
            "tool",
            "times",
            "operators",
            "succeeded",
            "timed_out");
    int times = HOSTILE.size();
    assertEquals(
        List.of(
            "dbgt-siem-a ss %d 1 %d 0".formatted(times, times),
            "dbgt-siem-a ls %d 1 0 0".formatted(times - noPaths)),
        tools);
    List<String> later =
        texts(
            question(8, "", Map.of("since", middle)),
            "container",
            "tool",
            "times",
            "operators",
            "succeeded",
            "timed_out");
    assertTrue(later.contains("dbgt-siem-b tail 1 1 0 1"), later::toString);
    assertTrue(later.contains("dbgt-siem-b act 3 2 0 0"), later::toString);
    assertTrue(later.contains("dbgt-siem-b ss 2 1 2 0"), later::toString);
  }

  @Test
  void which_sessions_have_no_end() {
    List<String> rows = texts(question(9), "operator", "container", "tool", "what");
    assertEquals(2, rows.size(), rows::toString);
    assertTrue(rows.get(0).startsWith("dbgt-cal dbgt-siem-b act "), rows::toString);
    assertFalse(rows.get(0).endsWith("no end"), rows::toString);
    assertEquals("dbgt-bob dbgt-siem-b act no end", rows.get(1));
  }

  @Test
  void the_heads_of_a_host_vouch_for_its_log_and_find_that_it_was_cut() throws IOException {
    String name = host.audit().records().getFirst().text("/host/name");
    List<String> heads = texts(question(10, "", Map.of("host", name)), "message");
    assertNotEquals(0, heads.size());
    Path file = Files.write(host.directory().resolve("heads"), heads);
    Ran ran = host.installed().verifies("--heads", file.toString());
    assertTrue(ran.exits(0).out().contains("intact: "), ran::toString);

    Path copy = Files.createDirectories(host.directory().resolve("cut"));
    List<String> lines = Files.readAllLines(host.audit().file());
    Files.write(copy.resolve("audit.jsonl"), lines.subList(0, 7));
    Ran cut = host.installed().verifies(copy, "--heads", file.toString());
    assertFalse(cut.out().contains("intact: "), cut::toString);
    cut.exits(1);
  }

  private static List<String> questions() throws IOException {
    List<String> parts = List.of(example("dbg-questions.sql").split("(?m)^-- [0-9]+\\. ", -1));
    return parts.subList(1, parts.size());
  }

  private static JsonNode question(int number) {
    return question(number, "", Map.of());
  }

  /** Asks a question, after these statements, whose effect ends with it. */
  private static JsonNode question(int number, String before, Map<String, String> variables) {
    try {
      String text = example("dbg-questions.sql");
      String defaults = text.substring(0, text.indexOf("-- 1. "));
      String question = questions().get(number - 1);
      String query = question.substring(question.indexOf("\nSELECT"), question.lastIndexOf(';'));
      return postgres.rows(
          before.isEmpty() ? AUDITOR : Postgres.SUPERUSER,
          DATABASE,
          variables,
          defaults + before,
          query);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode select(String query) {
    return postgres.rows(AUDITOR, DATABASE, Map.of(), "", query);
  }

  /** These columns of each row. */
  private static List<String> texts(JsonNode rows, String... columns) {
    List<String> texts = new ArrayList<>();
    rows.forEach(row -> texts.add(text(row, columns)));
    return texts;
  }

  private static String text(JsonNode row, String... columns) {
    return Stream.of(columns)
        .map(row::path)
        .map(value -> value.isContainerNode() ? value.toString() : value.asText())
        .collect(Collectors.joining(" "));
  }
}
