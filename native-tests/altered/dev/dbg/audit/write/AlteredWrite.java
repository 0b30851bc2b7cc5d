package dev.dbg.audit.write;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.audit.record.FittedRecord;
import java.util.Optional;
import java.util.function.Consumer;

/** What native tests put in places of {@code audit.write}. */
public interface AlteredWrite {

  /** Writes each refusal. */
  final class Unlimited {
    @InPlaceOf(value = RefusalQuota.class, usedIn = RepeatSuppressor.class, usedBy = "how")
    static boolean takes(RefusalQuota quota, FittedRecord record, long now) {
      return true;
    }
  }

  /** Does not count denials. */
  final class Uncounted {
    @InPlaceOf(value = Optional.class, usedIn = RepeatSuppressor.class, usedBy = "appendWords")
    static void ifPresent(Optional<?> denial, Consumer<?> count) {}
  }
}
