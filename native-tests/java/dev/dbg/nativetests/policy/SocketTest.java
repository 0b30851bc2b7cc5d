package dev.dbg.nativetests.policy;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who can connect to dbgd, and that only one dbgd runs. */
@Tag("native")
@Tag("whole")
final class SocketTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-socket");
  }

  @Test
  void the_socket_is_for_root_and_the_group() throws IOException {
    assertEquals(
        "rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(host.socket())));
  }

  @Test
  void somebody_outside_the_group_is_told_so_and_gets_nowhere() {
    host.eve()
        .runs("dbgt-socket net -- ss -tlnH")
        .exits(DBG_FAILED)
        .prints("")
        .says("dbg: cannot reach dbgd at", "Permission denied", "usermod -aG");

    // Only her records count: records of a session that another test has just ended may still be
    // written.
    assertEquals(List.of(), host.audit().recordsAfter(0, host.eve().name()));
  }

  @Test
  void a_second_dbgd_does_not_take_the_socket_and_touches_nothing_of_the_firsts() {
    Running session = host.ann().starts("dbgt-socket net -- act wait").prints("waiting");
    long before = host.audit().records().size();

    host.installed()
        .startsAnother(host.config().file())
        .exits(DBG_FAILED)
        .says("dbgd: ", "another dbgd");

    assertEquals(before, host.audit().records().size());
    session.gets("TERM").ends().diesBy(15).isRecorded();
    host.audit().keepsItsChain();
  }

  @Test
  void a_second_dbgd_with_another_log_does_not_take_the_socket() throws IOException {
    Path config = host.directory().resolve("same-socket.toml");
    Files.writeString(
        config,
        Files.readString(host.config().file())
            .replace(
                host.directory().resolve("audit").toString(),
                host.directory().resolve("audit-2").toString()));
    long malformed = host.audit().count("malformed");

    host.installed()
        .startsAnother(config)
        .exits(DBG_FAILED)
        .says("a daemon is already answering at " + host.socket());

    host.ann().runs("tools").exits(0);
    // The other dbgd connected and said nothing, which leaves a record: another test must not count
    // it.
    host.audit().waitsForCount("malformed", malformed + 1);
  }

  @Test
  void a_second_dbgd_with_another_socket_does_not_take_the_log() throws IOException {
    Running session = host.ann().starts("dbgt-socket net -- act wait").prints("waiting");
    long before = host.audit().records().size();
    Path config = host.directory().resolve("same-log.toml");
    Files.writeString(
        config,
        Files.readString(host.config().file())
            .replace(host.socket().toString(), host.directory().resolve("2.sock").toString()));

    host.installed()
        .startsAnother(config)
        .exits(DBG_FAILED)
        .says("dbgd: the audit log", "another dbgd writes it");

    assertEquals(before, host.audit().records().size());
    session.gets("TERM").ends().diesBy(15).isRecorded();
    host.audit().keepsItsChain();
  }

  @Test
  void a_socket_that_a_killed_dbgd_left_is_replaced() {
    host.daemon().isKilled();
    assertEquals(true, Files.exists(host.socket()));

    host.daemon().starts();

    host.ann().runs("tools").exits(0);
  }
}
