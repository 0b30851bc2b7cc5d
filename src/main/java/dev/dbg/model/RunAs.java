package dev.dbg.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom a tool runs as, by number, in the user namespace that it is in: {@code -u UID[:GID]}.
 * Numbers only: a name would mean what some file of the container's says.
 */
public record RunAs(long uid, long gid) {
  /** What a tool runs as unless another user is asked for: root with its entry's capabilities. */
  public static final RunAs ROOT = new RunAs(0, 0);

  /** The largest id; the next, -1, means "leave it alone" to setresuid(2). */
  private static final long LARGEST = 0xFFFF_FFFEL;

  /** Decimal, and in one way only: what {@code 010} means depends on who reads it. */
  private static final Pattern FORM =
      Pattern.compile("(0|[1-9][0-9]{0,9})(?::(0|[1-9][0-9]{0,9}))?");

  /** What {@code text} means: without a group, the group of the same number. */
  public static Optional<RunAs> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long uid = Long.parseLong(matcher.group(1));
    long gid = matcher.group(2) == null ? uid : Long.parseLong(matcher.group(2));
    return uid > LARGEST || gid > LARGEST ? Optional.empty() : Optional.of(new RunAs(uid, gid));
  }

  /** {@code 1000:1000}. */
  @Override
  public String toString() {
    return uid + ":" + gid;
  }
}
