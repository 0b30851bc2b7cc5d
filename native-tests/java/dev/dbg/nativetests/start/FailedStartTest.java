package dev.dbg.nativetests.start;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A dbgd that systemd starts for a client and that cannot start tells the client so. */
@Tag("native")
@Tag("whole")
final class FailedStartTest {
  private static final String ASK = ": ask its administrator to run journalctl -u dbgd\n";

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  /** What two clients are told who wait for a dbgd with this configuration, and what it says. */
  private static List<Ran> told(String config) throws IOException {
    Path file = host.directory().resolve("failing.toml");
    Path socket = host.directory().resolve("activated.sock");
    Files.writeString(file, config);
    Running dbgd = host.installed().activatesAnother(socket, file);
    String line = "DBG_SOCKET=%s $DBG dbgt-x net -- ss".formatted(socket);
    Running ann = host.ann().startsScript(line);
    Running bob = host.bob().startsScript(line);
    return Stream.of(dbgd, ann, bob).map(Running::ends).toList();
  }

  private static void requireTold(List<Ran> all, String why, String journal) {
    all.get(0).exits(DBG_FAILED).says(journal);
    for (Ran client : all.subList(1, 3)) {
      assertEquals("dbg: dbgd cannot start: " + why + ASK, client.exits(DBG_FAILED).err());
    }
  }

  @Test
  void a_refused_policy_is_told_without_a_word_of_it() throws IOException {
    Path policy = Files.createDirectories(host.directory().resolve("failing.d"));
    Files.writeString(policy.resolve("10-secret.toml"), "[[rule]]\nwho = [\"topsecret\"]\n");

    List<Ran> all =
        told(
            host.config()
                .other()
                .replace(host.directory().resolve("policy.d").toString(), policy.toString()));

    requireTold(
        all, "the policy at %s, or the catalogue, is refused".formatted(policy), "10-secret.toml:");
    assertFalse(all.get(1).err().contains("secret"), all.get(1)::err);
  }

  @Test
  void a_refused_configuration_is_told() throws IOException {
    requireTold(
        told("[socket]\npaht = \"topsecret\"\n"),
        "the configuration at %s is refused".formatted(host.directory().resolve("failing.toml")),
        "paht");
  }

  @Test
  void a_log_that_cannot_be_written_is_told() throws IOException {
    requireTold(
        told(Files.readString(host.config().file())),
        "the audit log in %s cannot be written".formatted(host.directory().resolve("audit")),
        "another dbgd writes it");
  }
}
