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

  public TargetName {
    if (name.isEmpty() || scheme.filter(String::isEmpty).isPresent()) {
      throw new IllegalArgumentException(
          "'%s' names no container: write NAME or SCHEME://NAME"
              .formatted(RawText.printable(text(scheme, name))));
    }
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException with a message for the operator
   */
  public static TargetName parse(String typed) {
    int mark = typed.indexOf(MARK);
    return mark < 0
        ? new TargetName(Optional.empty(), typed)
        : new TargetName(
            Optional.of(typed.substring(0, mark)), typed.substring(mark + MARK.length()));
  }

  private static String text(Optional<String> scheme, String name) {
    return scheme.map(s -> s + MARK).orElse("") + name;
  }

  @Override
  public String toString() {
    return text(scheme, name);
  }
}
