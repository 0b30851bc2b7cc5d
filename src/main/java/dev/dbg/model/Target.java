package dev.dbg.model;

import java.util.Map;

/**
 * A container as its runtime describes it, at one moment.
 *
 * @param runtime {@code docker}, {@code podman}, or {@code pid} for a bare process
 * @param id the runtime's full id; for {@code pid} the number
 * @param name the name without a leading slash; for {@code pid} the number
 * @param image the image's name as the container was made from; empty when there is none
 * @param labels the container's labels
 * @param state the runtime's word: {@code running}, {@code exited}, …
 * @param pid the container's first process, 0 when it is not running
 */
public record Target(
    String runtime,
    String id,
    String name,
    String image,
    Map<String, String> labels,
    String state,
    int pid) {
  public Target {
    labels = Map.copyOf(labels);
  }

  /** A paused container has its processes and namespaces: it can be looked into. */
  public boolean isRunning() {
    return pid > 0 && (state.equals("running") || state.equals("paused"));
  }
}
