package dev.dbg.audit.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.model.Shortened;
import java.util.Map;

/**
 * A draft as the text of its line's members, cut so that the line is never longer than {@link
 * #LONGEST_LINE}. A {@link Chain} takes nothing else, so no event goes around the limit; and it is
 * what is held of a record that waits, in as many bytes as it has characters.
 *
 * <p>Immutable.
 */
public final class FittedRecord {
  /** A line of the log, its end not counted. */
  public static final int LONGEST_LINE = 16 * 1024;

  /** What the chain adds to the members: number, time, boot, event, and the two hashes. */
  private static final int FRAME = 512;

  /** What may be added to a draft that is fitted: {@link #with}. */
  private static final int LATER = 512;

  /** What a draft's members take at most. */
  static final int MOST = LONGEST_LINE - FRAME - LATER;

  private static final ObjectWriter JSON =
      JsonMapper.builder(JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build())
          .build()
          .writer();

  private final Event event;
  private final Author author;
  private final String members;

  /**
   * Who a record is about.
   *
   * @param uid -1 for nobody
   */
  public record Author(long uid, String user) {}

  private FittedRecord(Event event, Author author, String members) {
    this.event = event;
    this.author = author;
    this.members = members;
  }

  /** Of a draft; what is too long or too much in it is cut, and a member more says so. */
  public static FittedRecord of(RecordBuilder draft) {
    return new FittedRecord(
        draft.event(), author(draft), members(Truncation.toFit(draft.fields())));
  }

  private static Author author(RecordBuilder draft) {
    return draft.fields().get(RecordField.OPERATOR.word()) instanceof Map<?, ?> operator
            && operator.get(RecordField.OPERATOR_UID.word()) instanceof Number uid
        ? new Author(
            uid.longValue(),
            Shortened.of(String.valueOf(operator.get(RecordField.OPERATOR_USER.word()))))
        : new Author(-1, "nobody");
  }

  /** The members of an object, without its braces. */
  static String members(Map<String, Object> fields) {
    String text = json(fields);
    return text.substring(1, text.length() - 1);
  }

  /** In ASCII: no terminal obeys it. */
  static String json(Object value) {
    try {
      // The one ASCII control character that JSON does not escape; it only ever stands in a string.
      return JSON.writeValueAsString(value).replace("\u007f", "\\u007f");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a tree of maps, lists and values", e);
    }
  }

  /**
   * The same with one member more.
   *
   * @param facts numbers, times and words of dbgd's own
   */
  public FittedRecord with(RecordField field, Map<String, Object> facts) {
    String more = members(Map.of(field.word(), facts));
    if (more.length() > LATER) {
      throw new IllegalArgumentException(field + " is too long");
    }
    return new FittedRecord(event, author, members.isEmpty() ? more : members + "," + more);
  }

  public Event event() {
    return event;
  }

  public Author author() {
    return author;
  }

  /** {@code "name":value,…}, without what the chain adds. */
  String members() {
    return members;
  }

  /** How many bytes its line has at most. */
  public int size() {
    return members.length() + FRAME;
  }

  /**
   * For the journal, when there is no log: the event and as much of its fields as a message has.
   */
  @Override
  public String toString() {
    return Shortened.message(event.word() + " " + members);
  }
}
