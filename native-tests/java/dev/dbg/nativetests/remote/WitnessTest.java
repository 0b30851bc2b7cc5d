package dev.dbg.nativetests.remote;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.machine.Ran.REFUSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.Sshd;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A dbgd notes how far the log of another host has come; here that host is itself. That {@code dbgd
 * deliver} tells it is tested where systemd is PID 1.
 */
@ResourceLock(Sshd.LOGINS)
@Tag("native")
@Tag("whole")
final class WitnessTest {
  private static final int NOT_INTACT = 1;
  private static final String NAME = Command.must("uname", "-n").strip();

  private static final Pattern SEAL =
      Pattern.compile("\"epoch\":(\\d+),\"key\":\"\\w+\",\"seq\":(\\d+),\"hash\":\"(\\w+)\"");

  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING)
          .keeping(
              "[[audit.witnessed]]", "host = \"web1\"", "by = \"" + World.MEMBERS.get(0) + "\"");

  private static Sshd sshd;

  @BeforeAll
  static void start() {
    sshd = Sshd.of(host, host.ann());
    for (int seals = 0; seals < 3; seals++) {
      host.daemon().stops();
      host.daemon().starts();
    }
  }

  @AfterAll
  static void stop() {
    sshd.close();
  }

  /** The seals of the host's log. */
  private static List<String> seals() throws IOException {
    return SEAL.matcher(Files.readString(host.audit().file()))
        .results()
        .map(seal -> "%s %s:%s".formatted(seal.group(1), seal.group(2), seal.group(3)))
        .toList();
  }

  /** That of the record which a seal covers. */
  private static String number(String seal) {
    return seal.replaceFirst(".* (\\d+):.*", "$1");
  }

  private static Ran says(String words) {
    return host.ann().runsScript(sshd.line("witness " + words));
  }

  @Test
  void a_witness_notes_seals_of_the_logins_host_only() throws Exception {
    List<String> seals = seals();
    assertTrue(seals.size() >= 3, seals.toString());
    long before = host.audit().lastSeq();
    String no = "lets %s speak for the log of a host";
    host.bob().runs("witness " + seals.get(0)).exits(REFUSED).says(no.formatted(host.bob().name()));
    host.root().runs("witness " + seals.get(0)).exits(REFUSED).says(no.formatted("root"));
    says("web1 " + seals.get(0)).exits(DBG_FAILED);
    says("7").exits(DBG_FAILED);
    assertEquals(2, host.audit().eventsAfter(before, "denied").size());

    says(seals.get(0)).exits(0);
    AuditRecord noted =
        host.audit()
            .last("witness")
            .says("/argv/1", "web1")
            .says("/operator/user", host.ann().name());
    assertEquals("", noted.text("/cwd"), "words of the operator's");
    says(seals.get(1)).exits(DBG_FAILED).says("another seal of web1 came less than 10 s ago");
    Patience.sleeps(Duration.ofSeconds(10));
    says(seals.get(1)).exits(0);
    assertEquals(2, host.audit().eventsAfter(before, "witness").size());

    Path heads = host.directory().resolve("heads");
    Files.writeString(
        heads, host.root().runs("audit export --operator " + host.ann().name()).exits(0).out());
    // The records are heads of the witness's own log, too.
    Path copy = Files.createDirectory(host.directory().resolve("web1"));
    Path own = Files.createDirectory(host.directory().resolve(NAME));
    List<String> lines = Files.readAllLines(host.audit().file());
    Files.write(copy.resolve("audit.jsonl"), lines);
    Files.write(own.resolve("audit.jsonl"), lines);
    String[] with = {own.toString(), "--heads", heads.toString()};
    String whole = host.installed().verifies(copy, with).exits(0).out();
    String last = number(seals.get(1));
    assertTrue(
        Pattern.compile("web1 +intact +\\S+ to \\d+ +" + last + ",").matcher(whole).find(), whole);
    int cut = Integer.parseInt(number(seals.get(0))) + 1;
    Files.write(copy.resolve("audit.jsonl"), lines.subList(0, cut));
    String less = host.installed().verifies(copy, with).exits(NOT_INTACT).out();
    assertTrue(less.contains("web1: truncated: "), less);
  }
}
