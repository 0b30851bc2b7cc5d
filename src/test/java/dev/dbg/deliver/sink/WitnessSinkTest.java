package dev.dbg.deliver.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.ShellScript;
import dev.dbg.audit.Logs;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.Seal;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a witness is asked and told, by a program in place of the client. */
class WitnessSinkTest {
  @TempDir private Path directory;

  private List<AuditReader.Read> records = List.of();
  private final List<String> seals = new ArrayList<>();

  @BeforeEach
  void write() throws Exception {
    Path log = directory.resolve("log");
    HostIdentity host = HostIdentity.of("web1", "");
    for (int at = 0; at < 3; at++) {
      Clock clock = Clock.offset(Logs.CLOCK, Duration.ofMinutes(at));
      try (AuditLog open = AuditLog.open(Logs.settings(log), Logs.BOOT, host, clock, _ -> {});
          Sealer sealer = Sealer.idle(open, clock)) {
        open.append(RecordBuilder.of(Event.DENIED).with("session", "s" + at));
        sealer.seal();
      }
    }
    records = Logs.lines(log).stream().flatMap(l -> AuditReader.read(l).stream()).toList();
    for (AuditReader.Read record : records) {
      Seal.of(record.fields())
          .ifPresent(
              signed ->
                  seals.add(
                      "%d %d:%s"
                          .formatted(
                              signed.seal().epoch(), signed.seal().seq(), signed.seal().hash())));
    }
    assertEquals(3, seals.size());
  }

  /** In place of the client: notes its words, and does this. */
  private WitnessSink witness(String does) throws IOException {
    return witness(does, Duration.ofMinutes(2));
  }

  private WitnessSink witness(String does, Duration patience) throws IOException {
    Path client =
        ShellScript.write(
            directory.resolve("dbg"), "echo \"$@\" >>%s/told\n%s\n".formatted(directory, does));
    return new WitnessSink(client, "w@web2:22", patience);
  }

  private List<String> told() throws IOException {
    Path told = directory.resolve("told");
    List<String> lines = Files.exists(told) ? Files.readAllLines(told) : List.of();
    Files.deleteIfExists(told);
    return lines;
  }

  private static String line(String words) {
    return "-H w@web2:22 witness " + words;
  }

  @Test
  void a_witness_is_told_the_last_seal_of_a_batch_and_nothing_else() throws Exception {
    try (WitnessSink sink = witness("exec true")) {
      assertEquals(records.size(), sink.send(records));
      assertTrue(sink.pause().toSeconds() >= 10, "dbgd there takes one in ten seconds");
      assertEquals(1, sink.send(records.subList(0, 1)));
      assertTrue(sink.pause().toSeconds() < 1, "a batch without a seal delays no seal");
      assertEquals(2, sink.send(records.subList(0, 2)));
    }
    assertEquals(List.of(line(seals.getLast()), line(seals.getFirst())), told());
  }

  @Test
  void a_witnesss_refusal_is_reported_with_its_words_drawn() throws Exception {
    try (WitnessSink sink = witness("printf 'no\\033[2J\\r\\nand no\\n' >&2; exit 126")) {
      IOException refused = assertThrows(IOException.class, () -> sink.send(records));
      assertEquals("w@web2:22: no\\x1b[2J; and no", refused.getMessage());
    }
  }

  /** As of a connection that ssh keeps, or of one that hangs. */
  @Test
  void a_witness_that_holds_the_answer_open_delays_nothing() throws Exception {
    try (WitnessSink sink = witness("sleep 50 & echo no; exit 1")) {
      IOException refused = assertThrows(IOException.class, () -> sink.send(records));
      assertEquals("w@web2:22: no", refused.getMessage());
    }
    try (WitnessSink sink = witness("exec yes", Duration.ofSeconds(1))) {
      IOException late = assertThrows(IOException.class, () -> sink.send(records));
      assertEquals("w@web2:22: no answer within 1 s", late.getMessage());
    }
  }
}
