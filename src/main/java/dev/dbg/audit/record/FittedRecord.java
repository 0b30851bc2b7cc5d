package dev.dbg.audit.record;

import dev.dbg.model.OperatorId.ClusterUser;
import dev.dbg.model.QuotedText;
import dev.dbg.model.Refusal.Denial;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A draft as the text of its line's members, truncated so that the line is never longer than {@link
 * #LONGEST_LINE}. A {@link Chain} takes nothing else, so no event can exceed the limit. A waiting
 * record is held in this form, which takes one byte per character.
 *
 * <p>Immutable.
 */
public final class FittedRecord {
  /** The longest line, without the newline. */
  public static final int LONGEST_LINE = 16 * 1024;

  /**
   * The most that a session's {@code tool} may take of its line: its arguments as typed and as run.
   * What is longer must not run.
   */
  public static final int LONGEST_TOOL = 10 * 1024;

  /** An upper limit for what the chain adds: number, time, boot, host, event, and two hashes. */
  private static final int FRAME = 768;

  /** The most that {@link #with} may add. */
  private static final int LATER = 512;

  /** The most that a draft's members may take. */
  static final int MOST = LONGEST_LINE - FRAME - LATER;

  private final Event event;
  private final Optional<Denial> denial;
  private final Author author;
  private final String session;
  private final String members;

  /**
   * The operator whom a record is about; {@code uid} is -1 if there is none. All users of the
   * cluster have the same: their agent's.
   */
  public record Author(long uid, String user) {
    /** To whom quotas count it. */
    public Author counted() {
      return user.startsWith(ClusterUser.MARK)
          ? new Author(
              uid, new ClusterUser(user.substring(ClusterUser.MARK.length())).counted().toString())
          : this;
    }
  }

  private FittedRecord(
      Event event, Optional<Denial> denial, Author author, String session, String members) {
    this.event = event;
    this.denial = denial;
    this.author = author;
    this.session = session;
    this.members = members;
  }

  /** Fits a draft: truncates long texts and lists, and says so in the member {@code shortened}. */
  public static FittedRecord of(RecordBuilder draft) {
    return new FittedRecord(
        draft.event(),
        draft.denial(),
        author(draft),
        session(draft),
        members(Truncation.toFit(draft.fields(), draft.event() == Event.INTENT)));
  }

  /** What a session's {@code tool} takes of its line. */
  public static int sizeOfTool(Optional<String> directory, List<String> typed, List<String> run) {
    return Truncation.ofTool(
        Map.of(
            RecordField.TOOL_DIRECTORY.word(),
            directory.orElse(""),
            RecordField.TOOL_ARGV_TYPED.word(),
            typed,
            RecordField.TOOL_ARGV_RUN.word(),
            run));
  }

  private static Author author(RecordBuilder draft) {
    return draft.fields().get(RecordField.OPERATOR.word()) instanceof Map<?, ?> operator
            && operator.get(RecordField.OPERATOR_UID.word()) instanceof Number uid
        ? new Author(
            uid.longValue(),
            QuotedText.of(String.valueOf(operator.get(RecordField.OPERATOR_USER.word()))))
        : new Author(-1, "nobody");
  }

  private static String session(RecordBuilder draft) {
    return draft.fields().get(RecordField.SESSION.word()) instanceof String session ? session : "";
  }

  /** The members of an object, without its braces. */
  static String members(Map<String, Object> fields) {
    String text = Json.of(fields);
    return text.substring(1, text.length() - 1);
  }

  /** The same with one more member; {@code facts} are numbers, times and dbgd's own words. */
  public FittedRecord with(RecordField field, Map<String, Object> facts) {
    String more = members(Map.of(field.word(), facts));
    if (more.length() > LATER) {
      throw new IllegalArgumentException(field + " is too long");
    }
    return new FittedRecord(
        event, denial, author, session, members.isEmpty() ? more : members + "," + more);
  }

  public Event event() {
    return event;
  }

  /** Why nothing is run; empty if the record is not about that. */
  public Optional<Denial> denial() {
    return denial;
  }

  public Author author() {
    return author;
  }

  /** The session that the record is about; empty if there is none. */
  public String session() {
    return session;
  }

  /** {@code "name":value,…}, without the members that the chain adds. */
  String members() {
    return members;
  }

  /** The most bytes that its line can have. */
  public int size() {
    return members.length() + FRAME;
  }

  /** For the journal, when the log cannot be written: the event and its fields, shortened. */
  @Override
  public String toString() {
    return QuotedText.message(event.word() + " " + members);
  }
}
