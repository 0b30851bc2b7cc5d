package dev.dbg.nativetests.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.nativetests.scene.host.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGHUP loads a new policy whole, or keeps the old one whole. */
@Tag("native")
@Tag("whole")
final class ReloadTest {
  private static final String FOR_ANN =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-*"]
      namespaces = ["net"]
      tools = ["ss"]
      """;
  private static final String FOR_BOB = FOR_ANN.replace("ann", "bob");

  @RegisterExtension static final Host host = Host.with(FOR_ANN);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-reload");
  }

  @BeforeEach
  void forAnn() throws IOException {
    Files.setPosixFilePermissions(
        host.config().policyFile(), PosixFilePermissions.fromString("rw-r--r--"));
    host.config().writePolicy(FOR_ANN);
    host.daemon().reloads().says("/action", "load");
  }

  @Test
  void a_new_policy_is_in_force_after_a_reload_and_not_before() {
    host.config().writePolicy(FOR_BOB);
    host.ann().runs("dbgt-reload net -- ss -tlnH").exits(0);
    host.bob().runs("dbgt-reload net -- ss -tlnH").isRefused();

    host.daemon().reloads().says("/action", "load").says("/rules", 1);

    host.ann().runs("dbgt-reload net -- ss -tlnH").isRefused();
    host.bob().runs("dbgt-reload net -- ss -tlnH").exits(0).isRecorded();
  }

  @Test
  void a_session_that_is_going_on_is_not_disturbed() {
    host.config().writePolicy(FOR_ANN.replace("\"ss\"", "\"act\""));
    host.daemon().reloads();
    var dbg = host.ann().starts("dbgt-reload net -- act wait").prints("waiting");
    host.config().writePolicy(FOR_BOB);

    host.daemon().reloads().says("/action", "load");

    dbg.gets("TERM").ends().diesBy(15).isRecorded();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[rule]\n",
        "[[rule]]\nwho = [\"user:dbgt-bob\"]\n",
        "[[rule]]\nwho = [\"dbgt-bob\"]\ncontainers = [\"*\"]\nnamespaces = [\"net\"]\ntools = [\"ss\"]\n",
        "[[rule]]\nwho = [\"*\"]\ncontainers = [\"*\"]\nnamespaces = [\"net\"]\ntools = [\"sss\"]\n",
        "[[rule]]\nwho = [\"*\"]\ncontainers = [\"*\"]\nnamespaces = [\"nett\"]\ntools = [\"ss\"]\n",
        "[[rule]]\nwho = [\"*\"]\ncontainers = [\"*\"]\nnamespaces = [\"net\"]\ntools = [\"ss\"]\nmore = 1\n",
      })
  void a_policy_with_a_mistake_leaves_the_old_one_in_force(String wrong) {
    host.config().writePolicy(wrong);

    host.daemon().reloads().says("/action", "keep").mentions("/why", "10-tests.toml:");

    assertEquals(true, host.daemon().log().contains("the old policy stays in force"));
    host.ann().runs("dbgt-reload net -- ss -tlnH").exits(0).isRecorded();
    host.bob().runs("dbgt-reload net -- ss -tlnH").isRefused();
  }

  @Test
  void a_policy_that_others_can_write_leaves_the_old_one_in_force() throws IOException {
    host.config().writePolicy(FOR_BOB);
    Files.setPosixFilePermissions(
        host.config().policyFile(), PosixFilePermissions.fromString("rw-rw-r--"));

    host.daemon()
        .reloads()
        .says("/action", "keep")
        .mentions("/why", host.config().policyFile().toString())
        .mentions("/why", "chmod go-w");
    host.bob().runs("dbgt-reload net -- ss -tlnH").isRefused();
  }

  @Test
  void a_policy_that_is_a_link_leaves_the_old_one_in_force() throws IOException {
    host.config().writePolicy(FOR_BOB);
    Path link = host.config().policyFile().resolveSibling("20-link.toml");
    Files.createSymbolicLink(link, Path.of("/etc/shadow"));
    try {
      host.daemon().reloads().says("/action", "keep").mentions("/why", "20-link.toml");
    } finally {
      Files.delete(link);
    }
    host.bob().runs("dbgt-reload net -- ss -tlnH").isRefused();
  }
}
