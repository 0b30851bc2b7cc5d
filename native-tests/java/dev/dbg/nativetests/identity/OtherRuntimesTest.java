package dev.dbg.nativetests.identity;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.OwnDocker;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A Docker with a second name for runc, which dbg does not know: gVisor's would be entered too, and
 * show the sandbox.
 */
@Tag("native")
@Tag("whole")
final class OtherRuntimesTest {
  private static final String SAID = "is run by dbgt-other, which may be a sandbox";

  private static @Nullable OwnDocker docker;

  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING.replace("tools = [", "tools = [\"status\", "))
          .asking(host -> engine());

  private static String engine() {
    OwnDocker started =
        OwnDocker.start("other-runtimes", "--add-runtime", "dbgt-other=$(command -v runc)");
    docker = started;
    return "docker = [\"%s\"]\npodman = []\ndocker-state = [\"%s\"]"
        .formatted(started.engine().socket(), started.engine().state());
  }

  @AfterAll
  static void end() {
    Objects.requireNonNull(docker).close();
  }

  @Test
  void a_container_of_another_runtime_is_entered_with_a_word_and_one_of_runc_without() {
    OwnDocker own = Objects.requireNonNull(docker);
    Container other = own.engine().starts("dbgt-sandboxed", "--runtime=dbgt-other");
    Container usual = own.engine().starts("dbgt-usual");
    Patience.sleeps(Duration.ofMillis(200));

    // Docker is asked, and then its container is known.
    for (int i = 0; i < 3; i++) {
      host.ann()
          .runs(other.name() + " uts -- hostname")
          .says(SAID)
          .sees(nsenter(other, "-u", "hostname"));
      assertEquals("", host.ann().runs(usual.name() + " uts -- hostname").exits(0).err());
    }
    Ran status = host.ann().runs("status " + other.name()).exits(0);
    assertTrue(status.out().contains("runtime            dbgt-other\n"), status::toString);
    assertEquals("", status.err());

    // Of this one nothing but Docker's files says anything.
    Container unasked = own.engine().starts("dbgt-unasked", "--runtime=dbgt-other");
    own.freezes();
    try {
      host.ann()
          .runs(unasked.name() + " uts -- hostname")
          .exits(0)
          .says("known from docker's state on the disk", SAID);
    } finally {
      own.thaws();
    }
  }
}
