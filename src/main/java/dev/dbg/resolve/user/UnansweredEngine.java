package dev.dbg.resolve.user;

import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * An engine that may have a container, and has not answered.
 *
 * @param scheme empty for any user's: nobody was asked, because others ask
 * @param owner empty for root's
 */
public record UnansweredEngine(String scheme, Optional<Owner> owner) {
  public String words() {
    return scheme.isEmpty()
        ? "some user's engine"
        : scheme + owner.map(of -> " of " + of.user()).orElse("");
  }

  /** Returns true if a container of this name there could be one that the operator may see. */
  public boolean mayHave(String name, Predicate<Target> admitted) {
    return owner.isEmpty()
        || admitted.test(
            new Target(
                scheme,
                owner,
                "",
                name,
                new Image("", ""),
                Optional.of(Map.of()),
                "",
                0,
                ResolvedBy.DISK));
  }
}
