package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.Logs;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dbgd verify} as a script uses it: its options, its exit status and its output. */
class VerifyCommandTest {
  private static final int NOT_INTACT = 1;
  private static final int TORN_TAIL = 2;
  private static final int NOT_KNOWN = 125;

  @TempDir private Path directory;

  private Path log = Path.of("");
  private String key = "";

  @BeforeEach
  void write() throws Exception {
    log = Files.createDirectory(directory.resolve("log"));
    key = KeyFile.setUp(log);
    try (AuditLog open = Logs.open(log);
        Sealer sealer = Sealer.idle(open, Logs.CLOCK)) {
      for (int i = 1; i <= 5; i++) {
        open.append(RecordBuilder.of(Event.DENIED).with("session", "s" + i));
      }
      open.append(
          RecordBuilder.of(Event.RESULT)
              .with("session", "00000000000000aa")
              .with("recording", Map.of("bytes", 3, "sha256", "ab", "timing_sha256", "cd")));
      sealer.seal();
    }
  }

  /** How a run ended. */
  private record Ran(int status, String out, String err) {}

  private Ran verify(String... options) {
    return ran(
        Stream.concat(Stream.of("verify", log.toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  private static Ran ran(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        new DaemonCommand(
                Path.of("/nonexistent"),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8))
            .run(words);
    return new Ran(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private List<String> lines() throws Exception {
    return Files.readAllLines(Logs.file(log));
  }

  private static String hash(String line) {
    return line.substring(line.length() - 66, line.length() - 2);
  }

  @Test
  void recordings_that_were_not_copied_are_missed_unless_it_is_said() {
    Ran missed = verify();
    assertEquals(NOT_INTACT, missed.status);
    assertTrue(missed.out.contains("recording-missing: audit.jsonl line 6: "), missed.out);
    Ran told = verify("--without-recordings");
    assertEquals(0, told.status, told.out);
    assertTrue(told.out.startsWith("unbroken: 7 records, 1 to 7\nend: nothing vouches"), told.out);
    assertEquals("", told.err);
  }

  @Test
  void the_key_that_was_kept_is_the_one_or_is_not() throws Exception {
    Path kept = directory.resolve("kept");
    Files.writeString(kept, "of the host a\n" + key + "\n");
    assertEquals(0, verify("--without-recordings", "--key", kept.toString()).status);
    Files.writeString(kept, "0".repeat(64) + "\n");
    Ran other = verify("--without-recordings", "--key", kept.toString());
    assertEquals(NOT_INTACT, other.status);
    assertTrue(other.out.contains("no seal is verified by the given key"), other.out);
    Files.writeString(kept, "nothing\n");
    Ran none = verify("--key", kept.toString());
    assertEquals(NOT_KNOWN, none.status);
    assertTrue(none.err.contains("holds no key: one is 64 hexadecimal digits"), none.err);
  }

  @Test
  void the_word_intact_names_who_says_so_and_up_to_where() throws Exception {
    Path keys = directory.resolve("kept");
    Files.writeString(keys, key + "\n");
    String key = "--key=" + keys;
    Ran here = verify("--without-recordings", key);
    assertTrue(here.out.startsWith("intact: 6 records, 1 to 6, of 2026-"), here.out);
    assertTrue(
        here.out.contains(
            "Z, says seal.key\nunbroken: 1 record, 7 to 7: nothing vouches that these are all\n"),
        here.out);
    Files.delete(log.resolve(KeyFile.FILE));
    Ran copy = verify("--without-recordings", key);
    assertEquals(0, copy.status);
    assertFalse(copy.out.contains("intact"), copy.out);
    Ran json = verify("--without-recordings", "--json", key);
    assertTrue(json.out.startsWith("{\"intact\":false,"), json.out);
    assertTrue(json.out.endsWith(",\"unbroken\":true}\n"), json.out);
    String head = "7:" + hash(lines().get(6));
    Ran kept = verify("--without-recordings", key, "--head", head);
    assertTrue(kept.out.startsWith("intact: 7 records, 1 to 7, of 2026-"), kept.out);
    assertTrue(kept.out.contains("Z, says the given head\nhead: " + head + "\n"), kept.out);
    json = verify("--without-recordings", "--json", "--head", head);
    assertTrue(json.out.startsWith("{\"intact\":true,"), json.out);
    assertTrue(json.out.contains("\"witness\":{\"by\":\"head\",\"seq\":7,\"time\":"), json.out);
  }

  /** As the journal, dbgd and an earlier verification print them, and others' words among them. */
  @Test
  void heads_are_read_from_the_ends_of_lines_and_the_log_must_have_each_of_them() throws Exception {
    List<String> lines = lines();
    Path heads = directory.resolve("heads");
    String earlier = "the log is sealed: epoch 0, head 2:" + hash(lines.get(1)) + "\n";
    String later = "head: 6:" + hash(lines.get(5)) + "\n";
    String other = "head 3:" + "ab".repeat(32) + " is what somebody typed\n";
    Files.writeString(heads, earlier + later + other + "\u00e4\n");
    String[] options = {"--without-recordings", "--heads", heads.toString()};
    Ran whole = verify(options);
    assertEquals(0, whole.status, whole.out);
    assertTrue(whole.out.startsWith("intact: 6 records, 1 to 6, of "), whole.out);

    Files.write(Logs.file(log), lines.subList(0, 4));
    Files.delete(log.resolve(KeyFile.FILE));
    Ran cut = verify(options);
    assertEquals(NOT_INTACT, cut.status);
    assertTrue(
        cut.out.contains("truncated: the end: the log ends with record 4, and once had record 6\n"),
        cut.out);
    Files.write(Logs.file(log), lines);
    Files.writeString(heads, earlier + "head: 3:" + "ab".repeat(32) + "\n");
    assertTrue(verify(options).out.contains("forked: the log: its record 3 differs"));
    Files.writeString(heads, other);
    Ran none = verify(options);
    assertEquals(NOT_KNOWN, none.status);
    assertTrue(none.err.contains("holds no head: one is NUMBER:HASH"), none.err);
  }

  /** Writes a host's log of five records and a seal, twice. */
  private void host(String name) throws Exception {
    Path its = directory.resolve(name);
    HostIdentity host = HostIdentity.of(name, Logs.sha256(name).substring(0, 32));
    try (AuditLog open = AuditLog.open(Logs.settings(its), Logs.BOOT, host, Logs.CLOCK, _ -> {});
        Sealer sealer = Sealer.idle(open, Logs.CLOCK)) {
      for (int seals = 0; seals < 3; seals++) {
        open.append(RecordBuilder.of(Event.DENIED).with("session", "s" + seals));
        sealer.seal();
      }
    }
  }

  private String[] all(String... words) {
    return Stream.of(words)
        .map(word -> word.startsWith("-") ? word : directory.resolve(word).toString())
        .toArray(String[]::new);
  }

  /** Whoever reaches a collector gives a host its name. */
  @Test
  void a_host_whose_name_is_a_row_of_the_table_stands_in_quotes() throws Exception {
    String row =
        "web1                     intact     1 to 8             8, 2026, by the given head";
    host("web1");
    host("web2");
    Path heads = directory.resolve("heads");
    for (String name : List.of(row, "web3\\n" + row)) {
      String record = "{\"seq\":8,\"hash\":\"%s\",\"host\":{\"name\":\"%s\"}}\n";
      Files.writeString(
          heads, record.formatted("ab".repeat(32), name) + "h 1:" + "ab".repeat(32) + "\n");
      Ran ran = ran("verify", all("web1")[0], all("web2")[0], "--heads=" + heads);
      List<String> rows = ran.out.lines().filter(line -> line.startsWith("web1 ")).toList();
      assertEquals(1, rows.size(), ran.out);
      assertTrue(rows.getFirst().startsWith("web1                     unbroken "), ran.out);
    }
  }

  /** The directory may be a copy from a host whose root is not trusted. */
  @Test
  void the_name_of_a_time_stamps_file_makes_no_line() throws Exception {
    Path stamps = Files.createDirectory(directory.resolve("stamps"));
    Files.createFile(stamps.resolve("x\nintact: 9 records, 1 to 9\n.tsr"));
    Path authority = Files.createFile(directory.resolve("authority"));
    Ran ran = verify("--without-recordings", "--stamps=" + stamps, "--tsa-ca=" + authority);
    assertEquals(NOT_INTACT, ran.status);
    assertTrue(ran.out.contains("stamp-broken: x\\x0aintact: 9 records"), ran.out);
    assertFalse(ran.out.contains("\nintact"), ran.out);
  }

  @Test
  void the_logs_of_many_hosts_are_compared_with_one_file_of_their_heads() throws Exception {
    for (String name : List.of("web1", "web2", "web3")) {
      host(name);
    }
    Path heads = directory.resolve("fleet");
    List<String> kept = new ArrayList<>();
    for (String name : List.of("web1", "web2", "web3")) {
      kept.addAll(Files.readAllLines(Logs.file(directory.resolve(name))));
    }
    Files.write(heads, kept);
    String[] words = all("web1", "web2", "web3", "--heads=" + heads);
    Ran well = ran(Stream.concat(Stream.of("verify"), Stream.of(words)).toArray(String[]::new));
    assertEquals(0, well.status, well.out);
    assertEquals(4, well.out.lines().count(), well.out);
    assertTrue(well.out.contains("\nweb1                     intact     1 to 6  "), well.out);
    assertTrue(well.out.contains(" 6, 2026-11-24T12:00:00.123456Z, by the given head  "), well.out);

    // One is cut at its second seal, of one a seal was not delivered, of one there is no log.
    Path cut = Logs.file(directory.resolve("web2"));
    Files.write(cut, Files.readAllLines(cut).subList(0, 4));
    kept.removeIf(line -> line.contains("web1") && line.contains("\"epoch\":1"));
    Files.write(heads, kept);
    Ran ran = ran("verify", all("web1")[0], all("web2")[0], "--heads", heads.toString());
    assertEquals(NOT_INTACT, ran.status);
    assertTrue(ran.out.contains("\nweb2                     NOT INTACT 1 to 4  "), ran.out);
    assertTrue(ran.out.contains("web2: truncated: the end: the log ends with record 4"), ran.out);
    assertTrue(
        ran.out.contains("web1: gap: " + heads + " has no seal of epochs 1 to 1: "), ran.out);
    assertTrue(ran.out.contains("\nweb3: no-log: 9 heads in "), ran.out);
    Ran json = ran("verify", all("web1")[0], all("web2")[0], "--json", "--heads=" + heads);
    assertEquals(NOT_INTACT, json.status);
    assertTrue(json.out.contains("\"heads\":7,\"gaps\":[\"1 to 1\"]}"), json.out);
    assertTrue(json.out.contains("\"wrong\":[\"gap: "), json.out);
    assertTrue(
        json.out.contains("belong to a log that is not here\"],\"heads\":9,\"gaps\":[]}\n"),
        json.out);
    Ran one = ran("verify", all("web1")[0], "--heads", heads.toString());
    assertEquals(NOT_INTACT, one.status);
    assertTrue(one.out.contains("\nweb1                     intact     1 to 6  "), one.out);
    assertTrue(one.out.contains("\nweb1: gap: "), one.out);
    assertTrue(one.out.contains("\nweb2: no-log: 9 heads in "), one.out);

    kept.removeIf(line -> line.contains("web2"));
    kept.add(
        "{\"seq\":1,\"host\":{\"name\":\"\\u009b2J\\u202e\"},\"hash\":\""
            + "ab".repeat(32)
            + "\"}");
    Files.write(heads, kept);
    Ran none = ran("verify", all("web2")[0], all("web3")[0], all("web4")[0], "--heads=" + heads);
    assertEquals(NOT_INTACT, none.status);
    assertTrue(none.out.contains("web2: no-head: " + heads + " has no head of this log"), none.out);
    assertTrue(none.out.contains("web4: cannot be read: "), none.out);
    assertTrue(
        none.out.contains("\n$'\\302\\2332J\\342\\200\\256': no-log: 1 heads in "), none.out);
    assertEquals(NOT_KNOWN, ran("verify", all("web1")[0], all("web3")[0]).status);
  }

  /** Whoever rewrites a log may have it say that it is another host's. */
  @Test
  void a_log_that_says_it_is_of_another_host_is_still_that_of_its_directory() throws Exception {
    host("web1");
    host("elsewhere");
    List<String> kept = Files.readAllLines(Logs.file(directory.resolve("web1")));
    Path heads = directory.resolve("fleet");
    Files.write(heads, kept);
    Files.copy(
        Logs.file(directory.resolve("elsewhere")),
        Logs.file(directory.resolve("web1")),
        StandardCopyOption.REPLACE_EXISTING);
    Ran ran = ran("verify", all("web1")[0], all("elsewhere")[0], "--heads", heads.toString());
    assertTrue(ran.out.contains("web1: forked: the log: its record 1 differs"), ran.out);
    assertTrue(ran.out.contains("elsewhere: no-head: "), ran.out);
    // A copy under any name: the file has heads of no other log.
    Path copy = Files.move(directory.resolve("web1"), directory.resolve("dbg"));
    Ran one = ran("verify", copy.toString(), "--heads", heads.toString());
    assertEquals(NOT_INTACT, one.status);
    assertTrue(one.out.contains("forked: the log: its record 1 differs"), one.out);

    // Who changed it adds a head of the changed log, of a host that is called as the copy.
    String changed = Files.readAllLines(Logs.file(copy)).getLast();
    kept.add(changed.replaceFirst("\"name\":\"elsewhere\"", "\"name\":\"dbg\""));
    Files.write(heads, kept);
    Ran added = ran("verify", copy.toString(), "--heads", heads.toString());
    assertEquals(NOT_INTACT, added.status, added.out);
    assertTrue(added.out.contains("\nweb1: no-log: "), added.out);
    assertEquals(
        NOT_KNOWN, ran("verify", copy.toString(), "--live", "--heads", heads.toString()).status);
  }

  /** Who may run nothing chooses the last word of such a line. */
  @Test
  void a_word_that_was_typed_is_not_a_head() throws Exception {
    Path heads = directory.resolve("heads");
    String typed = "<85>1 - web1 dbgd - denied [x] bob may not run ss in docker://x:5:";
    String seal = "<86>1 - web1 dbgd - seal [x] the log is sealed: epoch 0, head 2:";
    Files.writeString(heads, typed + "0".repeat(64) + "\n" + seal + hash(lines().get(1)) + "\n");
    Ran ran = verify("--without-recordings", "--heads", heads.toString());
    assertEquals(0, ran.status, ran.out);
  }

  @Test
  void what_is_behind_the_head_of_a_log_that_is_being_written_is_not_looked_at() throws Exception {
    String head = "3:" + hash(lines().get(2));
    Ran live = verify("--live", "--head", head);
    assertEquals(0, live.status, live.out);
    assertTrue(live.out.startsWith("intact: 3 records, 1 to 3, of 2026-11-24T"), live.out);
    assertTrue(live.out.contains(", says dbgd, which writes the log\nhead: " + head), live.out);
    // The writer has written only a part of the line.
    Files.writeString(Logs.file(log), "{\"seq\":8,", StandardOpenOption.APPEND);
    assertEquals(
        0, verify("--live", "--head", "7:" + hash(lines().get(6)), "--without-recordings").status);
    assertEquals(TORN_TAIL, verify("--without-recordings").status);

    Ran another = verify("--live", "--head", "3:" + "ab".repeat(32));
    assertEquals(NOT_INTACT, another.status);
    assertTrue(another.out.contains("forked: "), another.out);
    Ran more = verify("--live", "--head", "9:" + "ab".repeat(32), "--without-recordings");
    assertEquals(NOT_INTACT, more.status);
    assertTrue(more.out.contains("truncated: "), more.out);
  }

  @Test
  void what_is_asked_wrongly_is_not_answered_and_says_how_to_ask() {
    for (String[] options :
        new String[][] {
          {"--live"},
          {"--live", "--head", "ab".repeat(32)},
          {"--head", "seven"},
          {"--key", "/nowhere"},
          {"--colour"},
          {"another"}
        }) {
      Ran ran = verify(options);
      assertEquals(NOT_KNOWN, ran.status, String.join(" ", options));
      assertEquals("", ran.out);
      assertTrue(ran.err.startsWith("dbgd: verify: ") && ran.err.endsWith("\n"), ran.err);
    }
  }

  @Test
  void a_directory_without_a_log_is_no_intact_one() throws Exception {
    log = Files.createDirectory(directory.resolve("empty"));
    Ran ran = verify();
    assertEquals(NOT_KNOWN, ran.status);
    assertTrue(ran.err.contains("there is no " + log.resolve("audit.jsonl")), ran.err);
  }

  @Test
  void json_is_one_object_with_its_findings() throws Exception {
    List<String> lines = new ArrayList<>(lines());
    lines.set(1, lines.get(1).replace("\"s2\"", "\"x2\""));
    Files.write(Logs.file(log), lines);
    Ran ran = verify("--json", "--without-recordings");
    assertEquals(NOT_INTACT, ran.status);
    assertTrue(
        ran.out.startsWith("{\"intact\":false,\"records\":7,\"first\":1,\"head\":{\"seq\":7,"),
        ran.out);
    assertTrue(
        ran.out.contains(
            "{\"kind\":\"edited\",\"where\":\"audit.jsonl line 2\",\"what\":\"record 2 "),
        ran.out);
    assertEquals(1, ran.out.lines().count());
  }
}
