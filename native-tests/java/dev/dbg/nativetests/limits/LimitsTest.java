package dev.dbg.nativetests.limits;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.serve.AlteredServe;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No operator can take the places of all. */
@Tag("native")
final class LimitsTest {
  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING)
          .limitedTo("sessions = 3", "sessions-per-user = 2", "timeout = \"10m\"");

  @RegisterExtension
  static final Host hasty = Host.with(Host.EVERYTHING).limitedTo("timeout = \"5s\"");

  @RegisterExtension static final Host outOfThreads = host.inWhich(AlteredServe.OutOfThreads.class);

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

  /** As while a fork bomb uses up the threads of the host. */
  @Test
  void where_no_thread_can_be_started_for_a_client_that_is_turned_away_the_next_is_served() {
    Running crowd =
        outOfThreads.ann().startsProgram("speak", outOfThreads.socket().toString(), "hold", "20");
    var _ = crowd.prints("holding");
    Patience.until(
        "some were turned away",
        () -> outOfThreads.daemon().log().contains("unable to create native thread"));

    outOfThreads.bob().runs("dbgt-limits net -- ss -tlnH").exits(0).isRecorded();
    var _ = crowd.gets("KILL").ends();
  }

  @Test
  void nobody_is_given_more_time_than_the_administrator_gives_and_they_are_told_so() {
    Ran ran = hasty.ann().runs("--timeout 1h dbgt-limits net -- act cling").exits(124);
    ran.says(
        "dbg: --timeout reduced to 5 s, the limit of limits.timeout\n",
        "dbg: timed out: the tool was ended after 5 s, the limit of limits.timeout\n");
    ran.leaves("intent")
        .says("/confinement/timeout_s", 5)
        .says("/confinement/timeout_asked_s", 3600);
    ran.leaves("result").says("/outcome/timeout", true);
  }

  @Test
  void whoever_asks_for_no_more_time_than_there_is_is_told_nothing() {
    for (String asked : List.of("", "--timeout 10m ", "--timeout 2m ")) {
      Ran ran = host.ann().runs(asked + "dbgt-limits net -- ss -tlnH").exits(0);
      assertEquals("", ran.err());
      ran.leaves("intent")
          .says("/confinement/timeout_s", asked.contains("2m") ? 120 : 600)
          .says("/confinement/timeout_asked_s", "");
    }
  }
}
