package dev.dbg.kube;

import dev.dbg.apiserver.ObjectName;
import dev.dbg.model.QuotedText;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a client: {@code dbg-session 1 NAMESPACE NAME KEY}, dbg-protocol(7).
 *
 * @param namespace of the session's object
 * @param name of the session's object
 * @param keyHash the SHA-256 of the key; the key itself is not kept
 */
public record SessionLine(String namespace, String name, String keyHash) {
  /** With the line feed: more than any line that is one. */
  public static final int LONGEST = 512;

  private static final Pattern FORM =
      Pattern.compile("dbg-session 1 ([^ ]{1,63}) ([^ ]{1,253}) ([0-9a-f]{64})\n");

  /** Empty if the bytes are no such line. */
  public static Optional<SessionLine> parse(byte[] line) {
    Matcher form = FORM.matcher(new String(line, StandardCharsets.ISO_8859_1));
    if (!form.matches()
        || !ObjectName.isLabel(form.group(1))
        || !ObjectName.isSubdomain(form.group(2))) {
      return Optional.empty();
    }
    byte[] key = form.group(3).getBytes(StandardCharsets.US_ASCII);
    return Optional.of(new SessionLine(form.group(1), form.group(2), QuotedText.Sha256.of(key)));
  }
}
