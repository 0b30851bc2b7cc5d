package dev.dbg.nativetests.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.enter.AlteredEnter;
import dev.dbg.nativetests.scene.host.Holdings;
import dev.dbg.nativetests.scene.host.Host;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The comparison of {@link LeaksTest} detects a dbgd that leaks. */
@Tag("native")
@Tag("whole")
final class LeaksSeenTest {
  private static final int SESSIONS = 5;

  /** Each session leaves a pipe, a process and a mount. */
  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING).inWhich(AlteredEnter.Leaking.class).inOwnMounts();

  @Test
  void pipes_processes_and_mounts_that_sessions_leave_are_counted() {
    host.docker().starts("dbgt-leaks-seen");
    host.ann().runs("dbgt-leaks-seen net -- ss -tlnH").exits(0);
    Holdings before = Holdings.settled(host);

    for (int i = 0; i < SESSIONS; i++) {
      host.ann().runs("dbgt-leaks-seen net -- ss -tlnH").exits(0);
    }

    Set<String> grown = new TreeSet<>();
    Holdings.settled(host)
        .counts()
        .forEach(
            (what, count) -> {
              if (count >= before.counts().getOrDefault(what, 0L) + SESSIONS) {
                grown.add(what);
              }
            });
    assertEquals(
        Set.of(
            "mounts in dbgd's namespace",
            "other descriptors",
            "processes, dbgd and zombies included"),
        grown);
  }
}
