package dev.dbg.model;

import java.util.Map;
import java.util.Optional;

/**
 * A container as its runtime describes it, at one moment.
 *
 * @param runtime {@code docker}, {@code podman}, or {@code pid} for a bare process
 * @param owner the user whose runtime it is; empty when it is root's
 * @param id the runtime's full id; for {@code pid} the number
 * @param name the name without a leading slash; for {@code pid} the number
 * @param image what the container was made from
 * @param labels the container's labels; empty when they could not be found out
 * @param state the runtime's word: {@code running}, {@code exited}, …
 * @param pid the container's first process, 0 when it is not running
 * @param way how it was found
 */
public record Target(
    String runtime,
    Optional<Owner> owner,
    String id,
    String name,
    Image image,
    Optional<Map<String, String>> labels,
    String state,
    int pid,
    ResolvedBy way) {
  private static final String RUNNING = "running";
  private static final String ENDED = "ended";
  private static final int SHORT_ID = 12;

  public Target {
    labels = labels.map(Map::copyOf);
  }

  /** A paused container has its processes and namespaces: it can be looked into. */
  public boolean isRunning() {
    return pid > 0 && (state.equals(RUNNING) || state.equals("paused"));
  }

  /** The same container, whose process turned out to be gone. */
  public Target ended() {
    return new Target(runtime, owner, id, name, image, labels, ENDED, 0, way);
  }

  /** The same container as one of which it is known that it has no label. */
  public Target unlabelled() {
    return new Target(runtime, owner, id, name, image, Optional.of(Map.of()), state, pid, way);
  }

  /** What always means this container and, but for other engines of root's, no other. */
  public String address() {
    return runtime + "://" + owner.map(o -> o.user() + TargetName.OF_USER).orElse("") + name;
  }

  /** As much of the id as people read. */
  public String shortId() {
    return id.substring(0, Math.min(SHORT_ID, id.length()));
  }
}
