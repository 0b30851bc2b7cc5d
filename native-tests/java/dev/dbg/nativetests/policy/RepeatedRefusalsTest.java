package dev.dbg.nativetests.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A script that repeats a refused request again and again. */
@Tag("native")
@Tag("whole")
final class RepeatedRefusalsTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static final int TIMES = 400;

  @Test
  void counts_of_repeated_refusals_are_complete_when_dbgd_stops() {
    // Each request is refused as a single one is: the script ends at the first that is not.
    String script =
        "for i in $(seq %d); do $DBG dbgt-nothing net -- ss -K >/dev/null 2>&1; [ $? = 126 ] || exit 1; done"
            .formatted(TIMES);
    host.ann().runsScript(script).exits(0);
    host.ann().runs("dbgt-nothing net -- ss -D").exits(126);
    host.daemon().stops();

    List<AuditRecord> denied =
        host.audit().records().stream()
            .filter(r -> r.text("/tool/argv_typed/0").equals("-K"))
            .toList();
    int all = denied.stream().mapToInt(r -> r.json().at("/repeated/count").asInt(1)).sum();
    assertEquals(TIMES, all);
    assertTrue(denied.size() < TIMES / 4, () -> "records: " + denied.size());
    host.audit().last("denied").says("/event", "denied");
    host.audit().keepsItsChain();
  }
}
