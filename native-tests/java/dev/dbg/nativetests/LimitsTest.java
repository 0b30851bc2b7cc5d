package dev.dbg.nativetests;

import static dev.dbg.nativetests.scene.Ran.DBG_FAILED;

import dev.dbg.nativetests.scene.Host;
import dev.dbg.nativetests.scene.Running;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody takes everybody's place. */
@Tag("native")
final class LimitsTest {
  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING)
          .limitedTo("sessions = 3", "sessions-per-user = 2", "timeout = \"5s\"");

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-limits");
  }

  @Test
  void a_user_has_so_many_sessions_and_others_have_theirs() {
    Running first = host.ann().starts("dbgt-limits net -- act wait").prints("waiting");
    Running second = host.ann().starts("dbgt-limits net -- act wait").prints("waiting");

    host.ann()
        .runs("dbgt-limits net -- ss -tlnH")
        .fails(DBG_FAILED, "you have 2 sessions", "limits.sessions-per-user");
    host.bob().runs("dbgt-limits net -- ss -tlnH").exits(0).isRecorded();

    first.gets("TERM").ends().diesBy(15);
    host.ann().runs("dbgt-limits net -- ss -tlnH").exits(0).isRecorded();
    second.gets("TERM").ends().diesBy(15);
  }

  @Test
  void all_together_have_so_many_sessions() {
    Running first = host.ann().starts("dbgt-limits net -- act wait").prints("waiting");
    Running second = host.ann().starts("dbgt-limits net -- act wait").prints("waiting");
    Running third = host.bob().starts("dbgt-limits net -- act wait").prints("waiting");

    host.bob()
        .runs("dbgt-limits net -- ss -tlnH")
        .fails(DBG_FAILED, "there are 3 sessions", "limits.sessions");

    for (Running running : new Running[] {first, second, third}) {
      running.gets("TERM").ends().diesBy(15);
    }
  }

  @Test
  void nobody_is_given_more_time_than_the_administrator_gives() {
    host.ann()
        .runs("--timeout 1h dbgt-limits net -- act cling")
        .exits(124)
        .says("timed out")
        .leaves("result")
        .says("/outcome/timeout", true);
  }
}
