package dev.dbg.model;

import java.util.Optional;

/**
 * What an operator typed for TARGET: a name or an id's prefix, with or without a scheme.
 *
 * @param scheme the runtime that is meant ({@code docker}, {@code podman}, {@code pid}), empty to
 *     ask them all
 * @param name what follows the scheme, with the user where one is named
 */
public record TargetName(Optional<String> scheme, String name) {
  /** Between a user and a container of theirs: {@code podman://USER/NAME}. */
  static final String OF_USER = "/";

  private static final String MARK = "://";
  private static final String PODMAN = "podman";

  /** No runtime has a name that is longer, with its scheme, its user, its namespace. */
  private static final int LONGEST = 1024;

  public TargetName {
    if (name.isEmpty()
        || name.length() + scheme.map(String::length).orElse(0) > LONGEST
        || scheme.filter(String::isEmpty).isPresent()) {
      throw new IllegalArgumentException(
          "'%s' names no container: write NAME or SCHEME://NAME"
              .formatted(Shortened.of(RawText.printable(text(scheme, name)))));
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

  /** The user whose container is meant, of {@code podman://USER/NAME}; empty when none is named. */
  public Optional<String> user() {
    int at = name.indexOf(OF_USER);
    return scheme.equals(Optional.of(PODMAN)) && at >= 0
        ? Optional.of(name.substring(0, at))
        : Optional.empty();
  }

  /** What the container is called: {@link #name} without the user. */
  public String container() {
    return user().map(user -> name.substring(user.length() + OF_USER.length())).orElse(name);
  }

  private static String text(Optional<String> scheme, String name) {
    return scheme.map(s -> s + MARK).orElse("") + name;
  }

  @Override
  public String toString() {
    return text(scheme, name);
  }
}
