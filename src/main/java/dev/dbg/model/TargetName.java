package dev.dbg.model;

import java.util.Optional;

/**
 * What an operator typed for TARGET: a name or an id's prefix, with or without a scheme.
 *
 * @param scheme the runtime that is meant ({@code docker}, {@code podman}, {@code pid}), empty to
 *     ask them all
 * @param name what follows the scheme
 */
public record TargetName(Optional<String> scheme, String name) {
  private static final String MARK = "://";

  public static TargetName parse(String typed) {
    int mark = typed.indexOf(MARK);
    return mark < 0
        ? new TargetName(Optional.empty(), typed)
        : new TargetName(
            Optional.of(typed.substring(0, mark)), typed.substring(mark + MARK.length()));
  }

  @Override
  public String toString() {
    return scheme.map(s -> s + MARK).orElse("") + name;
  }
}
