package dev.dbg.policy.rule;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.model.Target;
import dev.dbg.tools.argument.ParsedArguments;
import java.util.Optional;
import java.util.Set;

/** What native tests put in places of {@code policy.rule}. */
public interface AlteredRules {

  /** Lets operators record whatever the rule says. */
  final class LettingRecord {
    @InPlaceOf(value = Question.class, usedIn = Rule.class, usedBy = "permits")
    static boolean recorded(Question question) {
      return false;
    }
  }

  /** Does not restrict arguments. */
  final class Unrestricted {
    @InPlaceOf(Rule.class)
    static Optional<String> objection(Rule rule, Question question) {
      return Optional.empty();
    }
  }

  /** Each rule permits what only a rule should permit that names it. */
  final class Careless {
    @InPlaceOf(
        value = ParsedArguments.Given.class,
        usedIn = ArgumentConstraint.class,
        usedBy = "isPermitted")
    static boolean byName(ParsedArguments.Given given) {
      return false;
    }
  }

  /** A star means images, too. */
  final class ReachingAll {
    @InPlaceOf(value = ContainerPattern.ByName.class, name = "OF_THE_HOST")
    static Set<String> ofTheHost() {
      return Set.of("pid", "unit");
    }
  }

  /** Compares an exception with the name that was typed alone. */
  final class SparingOne {
    @InPlaceOf(ImagePattern.class)
    static boolean spares(ImagePattern pattern, Target target) {
      return target.isImage()
          && (pattern.glob().matches(target.image().id()) || pattern.glob().matches(target.name()));
    }
  }
}
