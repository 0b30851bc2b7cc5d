package dev.dbg.model;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * TARGET as typed: a name or an id's prefix, with or without a scheme.
 *
 * @param scheme {@code docker}, {@code podman} or {@code pid}; empty for any runtime
 * @param name the part after the scheme, including the user if there is one
 */
public record TargetName(Optional<String> scheme, String name) {
  /** Separates the user from the name in {@code docker://USER/NAME}. */
  static final String OF_USER = "/";

  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-f]+");
  private static final String MARK = "://";

  /** The schemes of engines that users run without root. */
  private static final Set<String> ROOTLESS = Set.of("docker", "podman");

  /** No runtime has longer names, scheme and user included. */
  private static final int LONGEST = 1024;

  public TargetName {
    if (name.isEmpty()
        || name.length() + scheme.map(String::length).orElse(0) > LONGEST
        || scheme.filter(String::isEmpty).isPresent()) {
      throw new IllegalArgumentException(
          "'%s' names no container: write NAME or SCHEME://NAME"
              .formatted(QuotedText.of(RawText.printable(text(scheme, name)))));
    }
  }

  /**
   * Parses a TARGET.
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

  /** USER in {@code docker://USER/NAME} and {@code podman://USER/NAME}. */
  public Optional<String> user() {
    int at = name.indexOf(OF_USER);
    return at >= 0 && scheme.filter(ROOTLESS::contains).isPresent()
        ? Optional.of(name.substring(0, at))
        : Optional.empty();
  }

  /** Whether it has a star, as patterns of rules have, but no container's name. */
  public boolean isPattern() {
    return name.indexOf('*') >= 0;
  }

  public boolean isImage() {
    return scheme.filter(Image.SCHEME::equals).isPresent();
  }

  /** Whether it may be an id, or the beginning of one. */
  public boolean mayBeId() {
    return HEXADECIMAL.matcher(container()).matches();
  }

  /** {@link #name} without the user. */
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
