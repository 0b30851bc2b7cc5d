package dev.dbg.nativetests.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Where an operator logged in from, by the kernel's audit session and systemd-logind's file about
 * it, which the test writes as root in logind's place.
 */
@Tag("native")
@Tag("whole")
final class LoginSourceTest {
  private static final String NO_AUDIT_SESSION = "4294967295";
  private static final Path SESSIONS = Path.of("/run/systemd/sessions");

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static Path directory;

  @BeforeAll
  static void start() throws IOException {
    host.docker().starts("dbgt-source");
    directory = Files.createTempDirectory("dbgt-source");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /** What logind writes about the session, with the text's UID in the place of %s. */
  private interface Logind {
    void writes(Path file, String uid) throws IOException;
  }

  /** A session of a process of ann's that has logged in, as pam_loginuid(8) would have it. */
  private static AuditRecord recordOfALogin(String login, Logind logind) throws IOException {
    Path number = directory.resolve(login);
    Path go = directory.resolve(login + "-go");
    Running running =
        host.ann()
            .startsScript(
                """
                [ "$(cat /proc/$$/loginuid)" != 4294967295 ] || echo "$(id -u)" >/proc/$$/loginuid
                echo "$(cat /proc/$$/sessionid) $(cat /proc/$$/loginuid)" >%1$s.new
                mv %1$s.new %1$s
                while [ ! -e %2$s ]; do sleep 0.1; done
                SSH_CONNECTION='10.9.9.9 1 10.9.9.8 22' SSH_CLIENT='10.9.9.9 1 22' \\
                  "$DBG" dbgt-source net -- ss -tlnH
                """
                    .formatted(number, go));
    Patience.until("it has logged in", () -> Files.exists(number));
    List<String> ids = List.of(Files.readString(number).strip().split(" "));
    assumeFalse(ids.getFirst().equals(NO_AUDIT_SESSION), "the kernel has no audit sessions");
    Path file = SESSIONS.resolve(ids.getFirst());
    assumeFalse(Files.exists(file), "a session of this host");
    boolean isMade = !Files.exists(SESSIONS);
    Files.createDirectories(SESSIONS);
    try {
      logind.writes(file, ids.getLast());
      Files.createFile(go);
      Ran ran = running.ends().exits(0);
      return ran.leaves("intent").says("/operator/audit_session", Long.valueOf(ids.getFirst()));
    } finally {
      Files.deleteIfExists(file);
      if (isMade) {
        Files.delete(SESSIONS);
      }
    }
  }

  private static String remote(String uid) {
    return "UID=%s\nREMOTE=1\nREMOTE_HOST=10.1.0.7\nSERVICE=sshd\n".formatted(uid);
  }

  private static void has(AuditRecord record, boolean source) {
    assertEquals(source, record.json().at("/operator").has("source"), record::toString);
  }

  @Test
  void the_record_and_the_list_have_what_logind_noted_and_nothing_of_the_client_s()
      throws Exception {
    AuditRecord intent =
        recordOfALogin("plain", (file, uid) -> Files.writeString(file, remote(uid)));
    intent.says("/operator/source", "10.1.0.7");
    host.audit().keepsItsChain();
    String rows = host.ann().runs("audit --from 10.1.*").exits(0).out();
    assertTrue(rows.contains(host.ann().name() + " from 10.1.0.7  "), rows);
    assertEquals(1, host.ann().runs("audit --from 10.9.*").exits(0).lines().size());
  }

  @Test
  void a_login_file_that_others_could_write_is_ignored() throws Exception {
    has(recordOfALogin("none", (_, _) -> {}), false);
    has(
        recordOfALogin(
            "writable",
            (file, uid) -> {
              Files.writeString(file, remote(uid));
              Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--rw-"));
            }),
        false);
    has(
        recordOfALogin(
            "owned",
            (file, uid) -> {
              Files.writeString(file, remote(uid));
              Files.setAttribute(file, "unix:uid", Integer.valueOf(host.ann().uid()));
            }),
        false);
    has(
        recordOfALogin(
            "linked",
            (file, uid) ->
                Files.createSymbolicLink(
                    file, Files.writeString(directory.resolve("theirs"), remote(uid)))),
        false);
    has(
        recordOfALogin("of-another", (file, uid) -> Files.writeString(file, remote(uid + "1"))),
        false);
  }
}
