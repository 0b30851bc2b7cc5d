package dev.dbg.resolve;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.altered.Pause;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeQuestion;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What native tests put in places of {@code resolve}. */
public interface AlteredResolve {

  /** Waits between the look-up of what is called "replaced" and its entry. */
  final class Waiting {
    /** A directory that it makes when it waits. */
    public static final String FOUND_IT = "/run/dbgt-found-it";

    /** The file for which it waits. */
    public static final String GOES_ON = "/run/dbgt-goes-on";

    @InPlaceOf(value = Target.class, usedIn = Resolver.class, usedBy = "holdAnew")
    static int pid(Target found) {
      if (found.name().contains("replaced")) {
        Pause.until(FOUND_IT, GOES_ON);
      }
      return found.pid();
    }
  }

  /** Looks for no container by its name while it rehearses. */
  final class LookingForNone {
    @InPlaceOf(Rehearsal.class)
    static void findOneOf(Rehearsal rehearsal, List<FoundContainer> running) {}
  }

  /** Does not ask again whose process it holds. */
  final class Trusting {
    @InPlaceOf(value = Search.Sighting.class, usedIn = Resolver.class, usedBy = "holdAnew")
    static RuntimeQuestion<Optional<FoundContainer>> again(Search.Sighting sighting) {
      return () -> Optional.of(sighting.found());
    }
  }

  /** Shows services whatever an operator may see. */
  final class SeeingAll {
    @InPlaceOf(value = Predicate.class, usedIn = ServiceNames.class, usedBy = "isMeant")
    static boolean test(Predicate<?> admitted, Object target) {
      return true;
    }
  }
}
