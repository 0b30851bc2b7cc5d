package dev.dbg.audit.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.audit.Logs;
import dev.dbg.audit.record.Draft;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Keeper;
import dev.dbg.audit.write.Receivers;
import dev.dbg.audit.write.Sealer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log is looked at while dbgd writes it, begins new files and compresses old ones. */
class WhileWrittenTest {
  private static final Duration LOOKED_AT = Duration.ofSeconds(2);

  @TempDir private Path directory;

  @Test
  void no_harm_is_told_of_a_log_whose_files_are_renamed_meanwhile() throws Exception {
    AtomicBoolean written = new AtomicBoolean(true);
    Logs.open(directory).close();
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Future<Void> writing = writer.submit(() -> writes(written));
      try {
        long end = System.nanoTime() + LOOKED_AT.toNanos();
        while (System.nanoTime() < end && !writing.isDone()) {
          assertEquals(
              List.of(), new Verifier(directory, Known.keys(Set.of())).verify().findings());
        }
      } finally {
        written.set(false);
      }
      writing.get();
    }
  }

  private Void writes(AtomicBoolean written) throws Exception {
    var settings = Logs.settings(directory);
    try (AuditLog log = AuditLog.open(settings, Logs.BOOT, Logs.CLOCK);
        Sealer sealer = Sealer.idle(log, Logs.CLOCK);
        Keeper keeper = Keeper.idle(log, sealer, Receivers.NONE, Logs.CLOCK)) {
      while (written.get()) {
        for (int i = 0; i < 200; i++) {
          log.append(Draft.of(Event.DENIED).with("session", "00000000000000aa"));
        }
        keeper.keep();
      }
    }
    return null;
  }
}
