package dev.dbg.nativetests.policy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.policy.rule.AlteredRules;
import dev.dbg.tools.argument.AlteredArguments;
import dev.dbg.tools.value.AlteredValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rules that restrict a tool to some files, in a container with other files beside them: whatever
 * the operator types, none of those is shown.
 */
@Tag("native")
@Tag("whole")
final class NarrowedArgumentsTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-*"]
      namespaces = ["mnt", "pid", "net"]
      tools = ["cat", "curl", "find", "grep", "head", "ls", "lsof", "ping", "tar", "tcpdump", "x509"]
      [rule.arguments.cat]
      operands = ["/var/log/*"]
      [rule.arguments.curl]
      operands = ["http://127.0.0.1*"]
      [rule.arguments.find]
      operands = ["/var/log/*"]
      [rule.arguments.grep]
      operands = ["INSIDE", "/var/log/*"]
      [rule.arguments.head]
      operands = ["/proc/*"]
      [rule.arguments.ls]
      operands = ["/var/log/*"]
      [rule.arguments.ping]
      operands = ["127.*"]
      [rule.arguments.x509]
      operands = ["/var/log/*"]
      [rule.arguments.tar]
      operands = ["/var/log/*", "."]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY);

  /** A host whose rules restrict the operands, but whose dbgd does not apply them. */
  @RegisterExtension
  static final Host unasked = Host.with(POLICY).inWhich(AlteredRules.Unrestricted.class);

  /** A host whose dbgd takes for a path what openssl(1) takes for a URL. */
  @RegisterExtension
  static final Host withUrls = Host.with(POLICY).inWhich(AlteredValues.WithUrls.class);

  @RegisterExtension
  static final Host unquoting = Host.with(POLICY).inWhich(AlteredArguments.Unquoting.class);

  @BeforeAll
  static void start() throws IOException {
    Path inside = host.directory().resolve("inside");
    Path outside = host.directory().resolve("outside");
    Files.writeString(inside, "INSIDE-THE-RULE\n");
    Files.writeString(outside, "OUTSIDE-OF-IT\n");
    host.docker()
        .starts(
            "dbgt-narrowed",
            Image.named("narrowed")
                .holds("/var/log/x", inside)
                .holds("/var/logx", outside)
                .holds("/secret/ca.pem", Path.of("/etc/ssl/certs/ca-certificates.crt"))
                .holds("/secret/OUTSIDE-OF-IT", outside),
            List.of(),
            "/server");
  }

  private static final String A_URL =
      "-w /var/log dbgt-narrowed mnt -- x509 -in file:/secret/ca.pem -noout -subject";

  @Test
  void a_url_is_refused_as_a_path() {
    host.ann().runs(A_URL).isRefused("and no URL");
  }

  @Test
  void where_a_url_is_a_path_it_is_shown() {
    Ran ran = withUrls.ann().runs(A_URL).exits(0);
    assertTrue(ran.out().startsWith("subject="), ran::toString);
  }

  /** GNU tar undoes them, unless it is told not to. */
  private static final String ESCAPED =
      "dbgt-narrowed mnt -- tar -c /var/log/\\056\\056/\\056\\056/secret/OUTSIDE-OF-IT";

  @Test
  void tar_undoes_no_backslashes_in_a_name() {
    Ran ran = host.ann().runs(ESCAPED).exits(2);
    assertFalse(ran.out().contains("OUTSIDE-OF-IT\n"), ran::toString);
  }

  @Test
  void where_tar_undoes_them_another_file_is_shown() {
    Ran ran = unquoting.ann().runs(ESCAPED);
    assertTrue(ran.out().contains("OUTSIDE-OF-IT\n"), ran::toString);
  }

  /** Lines that show something of the other files where the rule is not applied. */
  static final String[] SHOWING = {
    "cat /var/logx",
    "cat /var/log/x /secret/OUTSIDE-OF-IT",
    "cat //secret/./OUTSIDE-OF-IT",
    "find /secret",
    "find /var/log/x / -name OUTSIDE*",
    "grep -e . /secret/OUTSIDE-OF-IT",
    "grep --regexp=. //secret/OUTSIDE-OF-IT",
    "grep -re OUTSIDE /secret",
    "grep -e . /var/log/x /var/logx",
    "head /proc/self/root/secret/OUTSIDE-OF-IT",
    "head /proc/thread-self/cwd/secret/OUTSIDE-OF-IT",
    "ls -R /",
    "ls /secret",
    "ls -R",
    "tar -c -C /secret .",
    "tar -cC/secret .",
    "tar -c /secret",
  };

  static Stream<String> showing() {
    return Stream.of(SHOWING);
  }

  @ParameterizedTest
  @MethodSource("showing")
  void nothing_beside_the_permitted_files_is_shown(String line) {
    Ran ran =
        host.ann().runs("dbgt-narrowed mnt -- " + line).isRefused("permits only operands like");
    assertFalse(ran.out().contains("OUTSIDE"), ran::toString);
  }

  @ParameterizedTest
  @MethodSource("showing")
  void where_the_rule_is_not_asked_it_is_shown(String line) {
    Ran ran = unasked.ann().runs("dbgt-narrowed mnt -- " + line);
    assertTrue(ran.out().contains("OUTSIDE"), ran::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat /var/log/../../secret/OUTSIDE-OF-IT",
        "grep -e . /var/log/../../secret/OUTSIDE-OF-IT",
        "grep -e . secret/OUTSIDE-OF-IT",
        "grep -e . -r .",
        "grep -r OUTSIDE",
        "find /var/log/x -newer /secret/OUTSIDE-OF-IT",
        "find /var/log/../../secret",
        "tar -c .",
        "tar -c -C /var/log/../../secret .",
        "lsof -i +m/secret/OUTSIDE-OF-IT",
        "lsof -i +D/secret",
        "curl http://127.0.0.1:x@192.0.2.1/",
        "curl http://127.0.0.1.invalid/",
        "curl --connect-to ::192.0.2.1:80 http://127.0.0.1/",
        "curl -sL http://127.0.0.1/",
        "curl -H Content-Length:98 http://127.0.0.1/a http://127.0.0.1/b",
        "ping -c 1 127.invalid",
        "ping -c 1 ::ffff:127.0.0.1",
        "tcpdump -c 1 -i dbus-system",
        "tcpdump -c 1 -i nflog",
        "tcpdump -c 1 -i 8",
      })
  void arguments_that_only_look_permitted_are_refused(String line) {
    Ran ran =
        host.ann()
            .runs("dbgt-narrowed mnt,pid,net -- " + line)
            .isRefused(line.substring(0, line.indexOf(' ')));
    assertFalse(ran.out().contains("OUTSIDE"), ran::toString);
  }

  @Test
  void what_is_permitted_is_shown() {
    for (String line :
        List.of(
            "cat /var/log/x",
            "cat /var/log//./x",
            "grep INSIDE /var/log/x",
            "grep -e . /var/log/x",
            "grep -r INSIDE /var/log/",
            "tar -c -C /var/log/ .",
            "tar -c /var/log/x")) {
      Ran ran = host.ann().runs("dbgt-narrowed mnt -- " + line).exits(0).isRecorded();
      assertTrue(ran.out().contains("INSIDE"), ran::toString);
      assertFalse(ran.out().contains("OUTSIDE"), ran::toString);
    }
  }
}
