package dev.dbg.nativetests.policy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code dbgd check} and {@code dbgd test} as an administrator runs them. */
@Tag("native")
@Tag("whole")
final class OfflineVerbsTest {
  private static final int WRONG = 1;

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-web-*"]
      namespaces = ["net"]
      tools = ["ss"]
      """;

  private static final String EXPECTED =
      """
      [[operator]]
      user = "dbgt-ann"
      [[container]]
      name = "dbgt-web-1"
      [[permit]]
      who = "dbgt-ann"
      line = "dbgt-web-1 net -- ss -tln"
      [[%s]]
      who = "dbgt-ann"
      line = "dbgt-web-1 net -- ss -K"
      """;

  @RegisterExtension static final Host host = Host.with(POLICY);

  @BeforeEach
  void write() {
    host.config().writePolicy(POLICY);
  }

  @Test
  void what_is_installed_is_checked_and_a_mistake_is_shown_where_it_is() {
    host.installed().runsOffline("check").exits(0);

    host.config().writePolicy(POLICY + "exept = [\"x\"]\n");
    host.installed()
        .runsOffline("check")
        .exits(WRONG)
        .says(
            host.config().policyFile()
                + ":6:1: unknown key 'exept' in [rule]: did you mean 'except'?")
        .says("    exept = [\"x\"]\n    ^\n");
  }

  @Test
  void who_has_no_rule_yet_is_told_where_one_is_read() throws IOException {
    Path directory = host.config().policyFile().resolveSibling("");
    Path other = Files.writeString(directory.resolve("10-first.conf"), POLICY);
    try {
      host.config().writePolicy("");
      String said = host.installed().runsOffline("check").exits(0).out();
      assertTrue(
          said.contains("nobody may run anything: write a rule in " + directory + "/NAME.toml"),
          said);
      assertTrue(said.contains(other + " is not read: its name does not end in .toml"), said);
    } finally {
      Files.delete(other);
    }
  }

  @Test
  void a_draft_is_checked_without_being_installed() throws IOException {
    Path draft = host.directory().resolve("draft.toml");
    Files.writeString(draft, POLICY.replace("\"ss\"", "\"sss\""));

    host.installed()
        .runsOffline("check", draft.toString())
        .exits(WRONG)
        .says(draft + ":5:1: no tool 'sss'");
    host.installed().runsOffline("check").exits(0);
  }

  @Test
  void an_administrators_expectations_are_tried_on_what_is_installed() throws IOException {
    Path file = host.directory().resolve("expected.toml");
    Files.writeString(file, EXPECTED.formatted("refuse"));
    host.installed().runsOffline("test", file.toString()).exits(0).prints("2 as expected, 0 not\n");

    Files.writeString(file, EXPECTED.formatted("permit"));
    host.installed()
        .runsOffline("test", file.toString())
        .exits(WRONG)
        .says(file + ":8: dbgt-web-1 net -- ss -K: permitted, but: ");
  }
}
