package dev.dbg.nativetests.view;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A tool may have one helper, as mtr(8) has, and a tool may be pointed to a file, as file(1) is.
 * The tool here is find(1), with an entry that lets it execute any program.
 */
@Tag("native")
final class HelperTest {
  @RegisterExtension static final Host host = Host.with("");

  @BeforeAll
  static void start() throws IOException {
    host.docker().starts("dbgt-helper");
    Files.writeString(
        host.directory().resolve("tools.d/finder.toml"),
        """
        name = "finder"
        file = "/usr/bin/find"
        summary = "a tool that executes what it is told"
        why = "the tests say so"
        excludes = ["mnt"]
        forks = true
        helper = "/usr/bin/uname"
        options = ["-exec <text>", "-maxdepth <int>"]
        operands = ["<text>..."]
        """);
    host.config()
        .writePolicy(
            """
        [[rule]]
        who = ["group:dbgt-ops"]
        containers = ["dbgt-*"]
        namespaces = ["net", "mnt", "pid"]
        tools = ["finder", "mtr", "file", "ldd", "dig", "host"]
        """);
    assertTrue(host.daemon().reloads().text("/action").equals("load"));
  }

  @Test
  void a_tool_executes_its_helper() {
    Ran ran = host.ann().runs("dbgt-helper net -- finder -maxdepth 0 -exec uname ;").exits(0);
    ran.prints("Linux\n").isRecorded();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "printf IT-RAN",
        "/usr/bin/printf IT-RAN",
        "sh x",
        "/proc/1/exe IT-RAN",
        "/proc/self/fd/0 IT-RAN",
        "/usr/bin/true",
      })
  void a_tool_executes_nothing_but_its_helper(String words) {
    Ran ran =
        host.ann()
            .reading(Path.of("/usr/bin/printf"))
            .runs("dbgt-helper net -- finder -maxdepth 0 -exec " + words + " ;")
            .isRecorded();
    assertFalse(ran.out().contains("IT-RAN"), ran::toString);
    assertTrue(ran.err().contains("No such file") || ran.err().contains("denied"), ran::toString);
  }

  @Test
  void mtr_reports_with_its_helper() {
    String report = host.ann().runs("dbgt-helper net -- mtr -n -c 1 127.0.0.1").exits(0).out();
    assertTrue(report.contains("1.|-- 127.0.0.1"), report);
    assertTrue(report.contains(" 0.0% "), report);
  }

  @Test
  void file_knows_what_kind_of_file_something_in_the_container_is() {
    String kinds = host.ann().runs("dbgt-helper mnt -- file /server /dev").exits(0).out();
    assertTrue(kinds.contains("/server: ELF 64-bit"), kinds);
    assertTrue(kinds.contains("statically linked"), kinds);
    assertTrue(kinds.contains("/dev:    directory"), kinds);
    host.ann()
        .runs("dbgt-helper mnt,pid -- file -b --mime-type /server")
        .exits(0)
        .prints("application/x-executable\n");
  }

  @Test
  void a_tool_with_a_helper_is_refused_where_the_helper_is_not() {
    host.ann()
        .runs("dbgt-helper net,mnt -- mtr localhost")
        .isRefused("mtr does not work with mnt: dbg dbgt-helper net -- mtr");
  }

  @Test
  void a_tool_that_needs_a_device_has_it_beside_the_containers_files() {
    host.ann()
        .runs("dbgt-helper net,mnt -- dig +short @127.0.0.1 example.org")
        .exits(0)
        .prints("0.0.0.0\n");
  }
}
