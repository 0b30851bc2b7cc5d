package dev.dbg.resolve.container;

import dev.dbg.model.Target;
import java.util.Optional;

/**
 * A container as a runtime describes it.
 *
 * @param startedAt its start by the runtime's clock, RFC 3339
 */
public record FoundContainer(Target target, Optional<String> startedAt) {
  public boolean isSameProcess(FoundContainer other) {
    return target.id().equals(other.target.id()) && target.pid() == other.target.pid();
  }
}
