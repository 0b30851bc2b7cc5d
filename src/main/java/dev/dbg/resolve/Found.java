package dev.dbg.resolve;

import dev.dbg.model.Target;
import java.util.Optional;

/**
 * A container as a runtime describes it.
 *
 * @param startedAt when it was started, by the runtime's clock and in its words
 */
record Found(Target target, Optional<String> startedAt) {
  boolean isSameProcess(Found other) {
    return target.id().equals(other.target.id()) && target.pid() == other.target.pid();
  }
}
