package dev.dbg.audit.read;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Picks the records that are asked for and may be read out of a log that is read from its
 * beginning. What a session is about stands in its beginning, so its end is picked if that was.
 *
 * <p>For one thread.
 */
public final class Selection {
  /** Sessions whose beginning was picked and whose end has not come: no more can be going on. */
  static final int MOST_OPEN = 20_000;

  /** No session's number is longer; what a forged record says is not held. */
  static final int LONGEST_SESSION = 64;

  private final Query query;
  private final Set<String> open = new LinkedHashSet<>();

  public Selection(Query query) {
    this.query = query;
  }

  /**
   * Whether the next record of the log is picked.
   *
   * @param readable what may be read at this moment
   */
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
