package dev.dbg.nativetests.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.OtherJava;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The doors of the JVM that are open in the JVM of this test, and shut in dbgd's. */
@Tag("native")
@Tag("whole")
final class JvmDoorsTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static final String RELEASE = "JAVA_VERSION=\"25.0.1\"\n";

  private static final long OWN = ProcessHandle.current().pid();

  @Test
  void nobody_attaches_to_it() {
    Ran itself = OtherJava.attachesTo(OWN).exits(0);
    Ran dbgd = OtherJava.attachesTo(host.daemon().pid());

    assertNotEquals(itself.end(), dbgd.end(), dbgd::toString);
    assertFalse(Files.exists(Path.of("/tmp/.java_pid" + host.daemon().pid())));
  }

  @Test
  void dbgd_leaves_no_performance_file() {
    String user = System.getProperty("user.name");

    assertTrue(Files.exists(Path.of("/tmp/hsperfdata_" + user, Long.toString(OWN))));
    assertFalse(Files.exists(Path.of("/tmp/hsperfdata_root", Long.toString(host.daemon().pid()))));
  }

  @Test
  void a_variable_of_the_caller_gives_it_no_option() {
    for (String name : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
      Ran other = OtherJava.versionWith(name, "-Dx=y").exits(0);
      Ran dbgd = host.installed().runsLauncher(Map.of(name, "-Dx=y"), "--version").exits(0);

      assertTrue(other.err().contains("Picked up") || other.err().contains("NOTE"), other.err());
      assertEquals("", dbgd.err());
    }
  }

  /** sudo passes JAVA_HOME on, and so does su. */
  @Test
  void a_java_of_another_users_is_not_run() throws IOException {
    Path home = host.directory().resolve("java");
    Path java = java(home, "ITS-OWN");
    Files.writeString(home.resolve("release"), RELEASE);
    Map<String, String> variable = Map.of("JAVA_HOME", home.toString());

    Ran roots = host.installed().runsLauncher(variable, "--version").exits(0);
    assertEquals("ITS-OWN\n", roots.out());
    String _ = Command.must("chown", host.ann().name(), java.toString());
    Ran anns = host.installed().runsLauncher(variable, "--version").exits(0);
    assertFalse(anns.out().contains("ITS-OWN"), anns::out);
  }

  private static Path java(Path home, String says) throws IOException {
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Machine.writesProgram(java, "#!/bin/sh\necho %s\n".formatted(says));
    return java;
  }

  /** The release is a pipe, whose reader has looked at the java already. */
  @Test
  void a_java_that_is_exchanged_while_it_is_looked_at_is_not_run() throws IOException {
    Path roots = host.directory().resolve("roots-java");
    Path anns = host.directory().resolve("anns-java");
    Path link = host.directory().resolve("link-to-java");
    Path _ = java(roots, "ROOTS");
    String _ = Command.must("chown", host.ann().name(), java(anns, "ITS-OWN").toString());
    Machine.makesPipe(roots.resolve("release"));
    Files.createSymbolicLink(link, roots);
    Running exchange =
        Command.of(
                "sh",
                "-c",
                "exec 3>$0/release; ln -sfn $1 $2; printf %s \"$3\" >&3",
                roots.toString(),
                anns.toString(),
                link.toString(),
                RELEASE)
            .start();

    Ran ran =
        host.installed().runsLauncher(Map.of("JAVA_HOME", link.toString()), "--version").exits(0);

    Ran _ = exchange.ends().exits(0);
    assertEquals("ROOTS\n", ran.out());
  }
}
