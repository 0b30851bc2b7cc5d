package dev.dbg.nativetests.log;

import static dev.dbg.nativetests.scene.machine.Ran.REFUSED;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.authorize.AlteredAuthorize;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody types a line so that its record does not say what ran. */
@Tag("native")
@Tag("whole")
final class WholeLinesTest {
  /** The kernel takes it for nothing, and nobody guesses a path of this length from its hash. */
  private static final String PAD = "/.".repeat(1900);

  private static final String LONG =
      "dbgt-whole mnt -- sha256sum %s/none %s/act".formatted(PAD, PAD);

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  /** A dbgd that runs what it cannot record whole. */
  @RegisterExtension static final Host careless = host.inWhich(AlteredAuthorize.Unmeasured.class);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-whole");
  }

  @Test
  void a_command_too_long_for_its_record_is_refused() {
    host.ann().runs(LONG).isRefused("too long to be recorded whole", "split it");
    String explained = host.ann().runs("explain " + LONG).exits(REFUSED).out();
    assertTrue(explained.contains("too long to be recorded whole"), explained);
    AuditRecord intent = careless.ann().runs(LONG).leaves("intent");
    assertFalse(intent.text("/tool/argv_run/2").contains("act"), intent::toString);
  }

  @Test
  void a_record_has_each_word_of_a_command_that_runs() {
    AuditRecord intent =
        host.ann().runs("-w %s dbgt-whole mnt -- sha256sum act".formatted(PAD)).leaves("intent");
    assertTrue(intent.text("/tool/directory").equals(PAD), intent::toString);
    intent.says("/shortened", "");
  }

  @Test
  void lists_show_the_directory_and_user_of_a_command() {
    host.ann()
        .runs("-w /././ dbgt-whole mnt -- sha256sum act")
        .exits(0)
        .leaves("intent")
        .says("/tool/directory", "/././")
        .says("/tool/run_as", "");
    host.ann()
        .runs("-u 33:44 -w /etc dbgt-none mnt -- cat shadow")
        .leaves("denied")
        .says("/tool/run_as", "33:44");
    String listed = host.ann().runs("audit").exits(0).out();
    assertTrue(listed.contains("  dbgt-whole mnt -w / -- sha256sum act\n"), listed);
    assertTrue(listed.contains("  dbgt-none mnt -u 33:44 -w /etc -- cat shadow: "), listed);
  }

  @Test
  void a_word_that_resembles_a_url_with_password_is_recorded_whole() {
    host.ann()
        .runs("dbgt-whole mnt -- cat /var/vmail//ceo@corp.example/cur/1")
        .leaves("intent")
        .says("/tool/argv_run/1", "/var/vmail//ceo@corp.example/cur/1")
        .says("/tool/argv_typed/0", "/var/vmail//ceo@corp.example/cur/1");
  }
}
