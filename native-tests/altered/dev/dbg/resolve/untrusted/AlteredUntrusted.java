package dev.dbg.resolve.untrusted;

import dev.dbg.altered.InPlaceOf;

/** What native tests put in places of {@code resolve.untrusted}. */
public interface AlteredUntrusted {

  /** Makes whatever was said, also when nobody waits. */
  final class Uncounted {
    @InPlaceOf(value = Allowance.class, usedBy = "take")
    static long most(Allowance allowance) {
      return Long.MAX_VALUE;
    }

    @InPlaceOf(Allowance.class)
    static boolean takeCommon(Allowance allowance, long bytes) {
      return true;
    }

    @InPlaceOf(Allowance.class)
    static boolean hasRoomForLabels(Allowance allowance) {
      return true;
    }

    @InPlaceOf(Allowance.class)
    static void requireWaiter(Allowance allowance) {}
  }

  /** Shortens nothing of what an engine says. */
  final class LongWinded {
    @InPlaceOf(value = JsonFields.class, name = "LONGEST")
    static int longest() {
      return 1 << 24;
    }

    @InPlaceOf(value = JsonFields.class, name = "MOST_FIELDS")
    static int mostFields() {
      return 1 << 24;
    }

    @InPlaceOf(value = JsonFields.class, name = "MOST_CHARACTERS")
    static int mostCharacters() {
      return 1 << 24;
    }
  }
}
