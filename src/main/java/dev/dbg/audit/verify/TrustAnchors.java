package dev.dbg.audit.verify;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known about a log from outside its files.
 *
 * @param keys verifying keys that were kept; may be empty
 * @param heads records that the chain is known to have reached
 * @param stamped records that must be there too, but that vouch for nothing: who has cut a log can
 *     have the end of what is left stamped
 * @param live whether the log is being written, and the first of the heads is its last record, as
 *     dbgd knows it. Records behind it are then ignored, except RETENTION records that account for
 *     a missing beginning.
 * @param recordings whether the recordings are to be checked too
 */
public record TrustAnchors(
    Set<String> keys, List<Claim> heads, List<Claim> stamped, boolean live, boolean recordings) {
  public TrustAnchors {
    keys = Set.copyOf(keys);
    heads = List.copyOf(heads);
    stamped = List.copyOf(stamped);
    if (live && (heads.isEmpty() || heads.getFirst().seq().isEmpty())) {
      throw new IllegalArgumentException(
          "of a log that is being written the head must be known, with its number");
    }
  }

  /** The number of the last record to check. */
  long until() {
    return live ? heads.getFirst().seq().orElseThrow() : Long.MAX_VALUE;
  }

  /** A record that the chain is known to have reached, from the journal or another copy. */
  public record Claim(OptionalLong seq, String hash) {
    private static final Pattern AT_THE_END =
        Pattern.compile("(?:.*[ \\t:])?(\\d{1,18}:[0-9a-f]{64})");

    /** The {@code SEQ:HASH} at the end of a line, where dbgd, the journal and verify have it. */
    public static Optional<Claim> ending(String line) {
      Matcher found = AT_THE_END.matcher(line.strip());
      return found.matches() ? Optional.of(parse(found.group(1))) : Optional.empty();
    }

    /** Reads {@code [SEQ:]HASH}; an IllegalArgumentException has a message for people. */
    public static Claim parse(String text) {
      if (!text.matches("(\\d{1,18}:)?[0-9a-f]{64}")) {
        throw new IllegalArgumentException(
            "'%s' is not a head: write HASH or NUMBER:HASH, as the journal has it".formatted(text));
      }
      int colon = text.indexOf(':');
      return new Claim(
          colon < 0
              ? OptionalLong.empty()
              : OptionalLong.of(Long.parseLong(text.substring(0, colon))),
          text.substring(colon + 1));
    }
  }
}
