package dev.dbg.resolve.user;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import java.util.List;

/** What native tests put in places of {@code resolve.user}. */
public interface AlteredUsers {

  /** Waits for files that did not come the last time. */
  final class Patient {
    @InPlaceOf(UserEngineTask.class)
    static boolean isBlocked(UserEngineTask user) {
      return false;
    }

    @InPlaceOf(UserEngineTask.class)
    static boolean isLeftAlone(UserEngineTask user) {
      return false;
    }
  }

  /** Does not look whether the list of containers has changed. */
  final class Blind {
    @InPlaceOf(value = List.class, usedIn = UserEngineCache.class, usedBy = "all")
    static boolean equals(List<?> stamps, Object now) {
      return true;
    }
  }

  /** Does not look whether the process is still there. */
  final class Inert {
    @InPlaceOf(value = PidRef.class, usedIn = UserEngineCache.class)
    static boolean isRunning(FoundContainer found) {
      return true;
    }
  }

  /** Does not look whether there is a service now. */
  final class Deaf {
    @InPlaceOf(value = List.class, usedIn = UserEngineCache.class, usedBy = "one")
    static boolean equals(List<?> stamps, Object now) {
      return true;
    }
  }
}
