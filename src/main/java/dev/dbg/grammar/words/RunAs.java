package dev.dbg.grammar.words;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The user and group that a tool runs as, in its user namespace: {@code -u UID[:GID]}. Only numbers
 * are accepted: the meaning of a name would depend on a file of the container.
 */
public record RunAs(long uid, long gid) {
  /** The default: root with the capabilities of the tool's entry. */
  public static final RunAs ROOT = new RunAs(0, 0);

  /** The largest id; the next is -1, "unchanged" for setresuid(2). */
  private static final long LARGEST = 0xFFFF_FFFEL;

  /** Decimal without leading zeros: {@code 010} is octal for some programs. */
  private static final Pattern FORM =
      Pattern.compile("(0|[1-9][0-9]{0,9})(?::(0|[1-9][0-9]{0,9}))?");

  /** Without a group, the gid is the uid's number. */
  public static Optional<RunAs> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long uid = Long.parseLong(matcher.group(1));
    long gid = matcher.group(2) == null ? uid : Long.parseLong(matcher.group(2));
    return uid > LARGEST || gid > LARGEST ? Optional.empty() : Optional.of(new RunAs(uid, gid));
  }

  @Override
  public String toString() {
    return uid + ":" + gid;
  }
}
