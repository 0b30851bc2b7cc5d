package dev.dbg.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.audit.Logs;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.RepeatSuppressor;
import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.model.Gid;
import dev.dbg.model.Pid;
import dev.dbg.model.Uid;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AdmissionTest {
  private static final Caller CALLER =
      new Caller(
          new PeerCredentials(new Pid(1), new Uid(1000), new Gid(1000), Set.of()),
          Optional.empty());

  @TempDir Path directory;

  /** A wait for a container counts no more than the decision before it, however long it is. */
  @ParameterizedTest
  @CsvSource({"true, false", "false, true"})
  @Tag("whole")
  void time_in_which_an_answer_waits_is_not_charged(boolean waits, boolean charged)
      throws Exception {
    RequestRate rate = new RequestRate(50, Duration.ofHours(1), Duration.ZERO);
    // Nobody waits for a token; it is only told.
    rate.end();
    try (AuditLog log = Logs.open(directory);
        RepeatSuppressor repeats = new RepeatSuppressor(log, (_, _) -> {}, Logs.CLOCK);
        FloodReports floods = new FloodReports(repeats)) {
      try (Admission.Turn turn = new Admission(rate, floods).turn(CALLER, 300)) {
        if (waits) {
          turn.waits();
        }
        Thread.sleep(1100);
      }
      assertEquals(charged, rate.await(CALLER.id()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "300, 1, 0", //
    "4095, 19, 0",
    "63000, 1, 3",
    "300, 60, 3",
    "63000, 60, 6",
    "63000, 60000, 100",
  })
  void what_is_long_or_takes_long_counts_more_often(int bytes, long millis, int more) {
    assertEquals(more, Admission.countsMore(bytes, Duration.ofMillis(millis)));
  }
}
