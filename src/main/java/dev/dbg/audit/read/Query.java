package dev.dbg.audit.read;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.index.Sought;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.LineHead;
import dev.dbg.model.Refusal.Denial;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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
    Optional<String> shell) {

  /** All records. */
  public static final Query ALL = of(Optional.empty());

  /** The records of one session. */
  public static Query ofSession(String session) {
    return of(Optional.of(session));
  }

  private static Query of(Optional<String> session) {
    return new Query(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        session,
        Optional.empty());
  }

  /**
   * What is wanted, in the terms of an index. Only for a reader of all records every criterion
   * counts: which blocks are read must not tell others what is in records that they may not read.
   */
  Sought sought(ReadPermission readable) {
    boolean all = readable.isForAll();
    boolean own = readable.onlyOperator().isPresent();
    List<String> denials =
        Stream.of(refused ? Sought.Words.REFUSED : "", mistyped ? Sought.Words.MISTYPED : "")
            .filter(word -> !word.isEmpty())
            .toList();
    return new Sought(
        new Sought.Words(
            since.map(Query::seconds),
            until.map(Query::seconds),
            readable.onlyOperator(),
            operator.filter(_ -> all),
            container.filter(_ -> all || own),
            tool.filter(_ -> all || own),
            all || own ? denials : List.of(),
            session,
            shell.filter(_ -> all || own)));
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

  /** Whether the record is not older than {@code until}. */
  private boolean isTooNew(JsonNode record) {
    return until.map(time -> TIME.text(record).compareTo(seconds(time)) >= 0).orElse(false);
  }

  /** Whether a line is of a record older than {@code since}. */
  public boolean isOver(LineHead head) {
    return since.map(time -> isBefore(head.time(), time)).orElse(false);
  }

  private static boolean isBefore(String text, Instant time) {
    return !text.isEmpty() && text.compareTo(seconds(time)) < 0;
  }

  /** Whether all records are wanted that are not too old. */
  public boolean isUnfiltered() {
    return until.isEmpty()
        && operator.isEmpty()
        && session.isEmpty()
        && !denied()
        && !looksAtIntents();
  }

  /** Whether the record is older than {@code since}. */
  private boolean isOver(JsonNode record) {
    return since.map(time -> TIME.text(record).compareTo(seconds(time)) < 0).orElse(false);
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
    return !isOver(record)
        && !isTooNew(record)
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
    return container.isPresent() || tool.isPresent() || shell.isPresent();
  }

  /**
   * Whether the record meets the criteria container and tool; only INTENT and DENIED have these
   * fields.
   */
  boolean matchesLine(JsonNode record) {
    return tool.map(name -> TOOL_NAME.text(record).equals(name)).orElse(true)
        && container.map(glob -> isOn(glob, record)).orElse(true)
        && shell.map(id -> SHELL.text(record).startsWith(id)).orElse(true);
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
