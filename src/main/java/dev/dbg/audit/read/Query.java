package dev.dbg.audit.read;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.LogLine;
import dev.dbg.audit.file.Prefilter;
import dev.dbg.audit.record.Event;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Which records are wanted. What is not asked for does not restrict.
 *
 * @param since not older than this
 * @param operator the user's name, or the number of their uid
 * @param container a glob on the container's name, or on what was typed for it: {@code *} and
 *     {@code ?}
 * @param tool the tool's name
 * @param refused only what was refused, could not be served, or was no request
 * @param session its number, or the beginning of it
 */
public record Query(
    Optional<Instant> since,
    Optional<String> operator,
    Optional<String> container,
    Optional<String> tool,
    boolean refused,
    Optional<String> session) {

  /** All records. */
  public static final Query ALL =
      new Query(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          Optional.empty());

  /** All records of a session. */
  public static Query ofSession(String session) {
    return new Query(
        ALL.since, ALL.operator, ALL.container, ALL.tool, ALL.refused, Optional.of(session));
  }

  /**
   * Whether a line could be of a wanted record, told from its text alone: most are not, and are
   * then never parsed. What is looked for is written in a record as it is typed, or the answer is
   * yes.
   */
  boolean mayHold(LogLine held) {
    String line = held.text();
    return (!refused
            || line.contains(Event.DENIED.member())
            || line.contains(Event.MALFORMED.member()))
        && session.filter(Query::isPlain).map(line::contains).orElse(true)
        && operator.filter(Query::isPlain).map(line::contains).orElse(true);
  }

  /** What every wanted line holds, if there is such a thing. */
  Prefilter prefilter() {
    return session
        .or(() -> operator)
        .filter(Query::isPlain)
        .map(Prefilter::of)
        .orElse(Prefilter.NONE);
  }

  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\');
  }

  /** Whether the record is older than what is wanted, and so all before it. */
  boolean isOver(JsonNode record) {
    return since.map(time -> TIME.text(record).compareTo(seconds(time)) < 0).orElse(false);
  }

  /** To the second, without the Z: what stands behind it in a record makes that no smaller. */
  private static String seconds(Instant time) {
    String text = time.truncatedTo(ChronoUnit.SECONDS).toString();
    return text.substring(0, text.length() - 1);
  }

  /** Whether everything but container and tool is as wanted. */
  boolean matchesAnyEvent(JsonNode record) {
    return !isOver(record)
        && (!refused || Event.DENIED.is(record) || Event.MALFORMED.is(record))
        && session.map(s -> SESSION.text(record).startsWith(s)).orElse(true)
        && operator.map(who -> isOf(who, record)).orElse(true);
  }

  private static boolean isOf(String who, JsonNode record) {
    return OPERATOR.isIn(record)
        && (OPERATOR_USER.text(record).equals(who) || OPERATOR_UID.text(record).equals(who));
  }

  /** Whether the record, looked at alone, is wanted. */
  public boolean matches(JsonNode record) {
    return matchesAnyEvent(record) && (!looksAtIntents() || matchesLine(record));
  }

  /** Whether the end of a session is wanted only if its intent is. */
  boolean looksAtIntents() {
    return container.isPresent() || tool.isPresent();
  }

  /**
   * Whether container and tool, which only an intent and a denied have, are as wanted. Of a line
   * that is too long to be read they may not be known: then it is not left out.
   */
  boolean matchesLine(JsonNode record) {
    if (TOO_LONG.isIn(record) && !(TARGET.isIn(record) && TOOL.isIn(record))) {
      return true;
    }
    return tool.map(name -> TOOL_NAME.text(record).equals(name)).orElse(true)
        && container.map(glob -> isOn(glob, record)).orElse(true);
  }

  private static boolean isOn(String glob, JsonNode record) {
    return matches(glob, TARGET_NAME.text(record)) || matches(glob, TARGET_ASKED.text(record));
  }

  /** {@code *} and {@code ?}; in time that grows with the product of the lengths, not beyond. */
  static boolean matches(String glob, String text) {
    int g = 0;
    int t = 0;
    int star = -1;
    int mark = 0;
    while (t < text.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        star = g++;
        mark = t;
      } else if (g < glob.length() && (glob.charAt(g) == '?' || glob.charAt(g) == text.charAt(t))) {
        g++;
        t++;
      } else if (star >= 0) {
        g = star + 1;
        t = ++mark;
      } else {
        return false;
      }
    }
    while (g < glob.length() && glob.charAt(g) == '*') {
      g++;
    }
    return g == glob.length();
  }
}
