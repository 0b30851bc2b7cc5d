package dev.dbg.resolve.container;

import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import java.util.Map;
import java.util.Optional;

/**
 * A container as a runtime describes it.
 *
 * @param evidence what must be true of the process with the container's pid
 */
public record FoundContainer(Target target, Evidence evidence) {
  /** One of root that has nothing but its name, which is its id: no image, and no labels. */
  public static FoundContainer named(
      String scheme, String name, String state, int pid, ResolvedBy way, Evidence evidence) {
    return new FoundContainer(
        new Target(
            scheme,
            Optional.empty(),
            name,
            name,
            Image.NONE,
            Optional.of(Map.of()),
            state,
            pid,
            way),
        evidence);
  }

  public boolean isSameProcess(FoundContainer other) {
    return isSame(other) && target.pid() == other.target.pid();
  }

  /** Whether both are the same container. */
  public boolean isSame(FoundContainer other) {
    return target.runtime().equals(other.target.runtime())
        && target.owner().equals(other.target.owner())
        && target.id().equals(other.target.id());
  }

  /** The same container, found in another way. */
  public FoundContainer foundBy(ResolvedBy other) {
    return new FoundContainer(target.foundBy(other), evidence);
  }

  /** The same container, {@link Target#runBy}. */
  public FoundContainer runBy(String oci) {
    return new FoundContainer(target.runBy(oci), evidence);
  }

  /** The same container after its process has ended. */
  FoundContainer ended() {
    return new FoundContainer(target.ended(), evidence);
  }
}
