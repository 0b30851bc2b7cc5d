package dev.dbg.audit.read;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.LineHead;
import dev.dbg.model.Refusal.Denial;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which records are wanted. An empty criterion matches every record.
 *
 * @param since only records that are not older
 * @param until only records that are older
 * @param operator the user's name or uid
 * @param container a glob with {@code *} and {@code ?}, for the container's name or for the name
 *     that was typed
 * @param tool the tool's name
 * @param refused records of refusals, {@link Denial#isRefusal}, and no others but mistyped lines
 * @param mistyped records of mistyped lines, and no others but refusals
 * @param session the session's number, or the beginning of it
 * @param shell the number of the shell in which a line was typed, or the beginning of it
 * @param reason a part of the reason that was given
 * @param recorded only sessions whose output is recorded
 * @param from a glob for the address of the operator's login
 * @param sessions only what operators asked for, other than to read the log; a session's end with
 *     its beginning
 */
public record Query(
    Optional<Instant> since,
    Optional<Instant> until,
    Optional<String> operator,
    Optional<String> container,
    Optional<String> tool,
    boolean refused,
    boolean mistyped,
    Optional<String> session,
    Optional<String> shell,
    Optional<String> reason,
    boolean recorded,
    Optional<String> from,
    boolean sessions) {

  /** All records. */
  public static final Query ALL = of(Optional.empty(), Optional.empty(), false, Optional.empty());

  /** The records of one session. */
  public static Query ofSession(String session) {
    return of(Optional.empty(), Optional.empty(), false, Optional.of(session));
  }

  public static Query of(
      Optional<Instant> since,
      Optional<String> operator,
      boolean refused,
      Optional<String> session) {
    return new Query(
        since,
        Optional.empty(),
        operator,
        Optional.empty(),
        Optional.empty(),
        refused,
        false,
        session,
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        false);
  }

  static boolean isPlain(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\');
  }

  /** Whether only records are wanted of what was not run. */
  boolean denied() {
    return refused || mistyped;
  }

  private boolean matchesDenial(JsonNode record) {
    return !denied()
        || Event.denial(record)
            .map(denial -> denial == Denial.MISTYPED ? mistyped : refused && denial.isRefusal())
            .orElse(false);
  }

  /** Whether a record of this time is not older than {@code until}. */
  boolean isTooNew(String time) {
    return until.map(end -> time.compareTo(seconds(end)) >= 0).orElse(false);
  }

  /** Whether a line is of a record older than {@code since}. */
  public boolean isOver(LineHead head) {
    return !head.time().isEmpty() && isOver(head.time());
  }

  /** Whether all records are wanted that are not too old. */
  public boolean isUnfiltered() {
    return until.isEmpty()
        && operator.isEmpty()
        && session.isEmpty()
        && !denied()
        && !looksAtIntents();
  }

  private boolean isOver(String time) {
    return since.map(begin -> time.compareTo(seconds(begin)) < 0).orElse(false);
  }

  /**
   * The time to the second, without the Z: a record's time of the same second compares as greater.
   */
  private static String seconds(Instant time) {
    String text = time.truncatedTo(ChronoUnit.SECONDS).toString();
    return text.substring(0, text.length() - 1);
  }

  /** Whether the record meets all criteria except container and tool. */
  boolean matchesAnyEvent(JsonNode record) {
    return !isOver(TIME.text(record))
        && !isTooNew(TIME.text(record))
        && (!sessions || (OPERATOR.isIn(record) && !Event.READ.is(record)))
        && matchesDenial(record)
        && session.map(s -> SESSION.text(record).startsWith(s)).orElse(true)
        && operator.map(who -> isOf(who, record)).orElse(true);
  }

  private static boolean isOf(String who, JsonNode record) {
    return OPERATOR.isIn(record)
        && (OPERATOR_USER.text(record).equals(who) || OPERATOR_UID.text(record).equals(who));
  }

  /** Whether the record by itself is wanted. */
  public boolean matches(JsonNode record) {
    return matchesAnyEvent(record) && (!looksAtIntents() || matchesLine(record));
  }

  /** Whether the end of a session is wanted only if its INTENT is. */
  boolean looksAtIntents() {
    return recorded
        || Stream.of(container, tool, shell, reason, from).anyMatch(Optional::isPresent);
  }

  /** Whether the end of a session is wanted together with its INTENT. */
  boolean joinsEnds() {
    return sessions || looksAtIntents();
  }

  /** Whether the record meets the criteria that are not looked for in the ends of sessions. */
  boolean matchesLine(JsonNode record) {
    return tool.map(name -> TOOL_NAME.text(record).equals(name)).orElse(true)
        && container.map(glob -> isOn(glob, record)).orElse(true)
        && shell.map(id -> SHELL.text(record).startsWith(id)).orElse(true)
        && reason.map(part -> REASON.text(record).contains(part)).orElse(true)
        && (!recorded || RECORDED.of(record).asBoolean())
        && from.map(glob -> matches(glob, OPERATOR_SOURCE.text(record))).orElse(true);
  }

  private static boolean isOn(String glob, JsonNode record) {
    return matches(glob, TARGET_NAME.text(record)) || matches(glob, TARGET_ASKED.text(record));
  }

  /** Matches a glob with {@code *} and {@code ?}, in time bounded by the product of the lengths. */
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
