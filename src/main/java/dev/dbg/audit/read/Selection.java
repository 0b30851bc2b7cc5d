package dev.dbg.audit.read;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.LineHead;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Selects the wanted and readable records of a log that is read from its beginning. Container and
 * tool are recorded in a session's INTENT only, so the session's end is selected if its INTENT was.
 *
 * <p>For one thread.
 */
public final class Selection {
  /** The most selected sessions without an end to remember; fewer can run at once. */
  static final int MOST_OPEN = 20_000;

  /** No session's number is longer; a longer one, from a forged record, is not held. */
  static final int LONGEST_SESSION = 64;

  private final Query query;
  private final Set<String> open = new LinkedHashSet<>();

  public Selection(Query query) {
    this.query = query;
  }

  /** Whether a line, by its head, is the end of a session that is not selected. */
  boolean isPassedOver(LineHead head) {
    return query.looksAtIntents() && head.isEnd() && !open.contains(head.session());
  }

  /** Whether the log's next record is selected; {@code readable} is what may be read now. */
  public boolean picks(JsonNode record, ReadPermission readable) {
    String session = SESSION.text(record);
    if (Event.isEnd(record)) {
      boolean begun = open.remove(session);
      return query.matchesAnyEvent(record)
          && (begun || (!query.looksAtIntents() && readable.alone(record)));
    }
    boolean picked = query.matches(record) && readable.alone(record);
    if (picked && session.length() <= LONGEST_SESSION && Event.INTENT.is(record)) {
      if (open.size() >= MOST_OPEN) {
        open.remove(open.iterator().next());
      }
      open.add(session);
    }
    return picked;
  }
}
