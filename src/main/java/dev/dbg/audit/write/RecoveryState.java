package dev.dbg.audit.write;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.BackwardLog;
import dev.dbg.audit.file.LogLine;
import dev.dbg.audit.record.Chain;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.ParsedRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the previous dbgd's chain ended, and which sessions it left open. It recorded its
 * predecessors' open sessions as orphaned when it started, so reading stops at its start.
 *
 * @param torn whether the file's last line lacks its newline. The record in it may still be
 *     complete; it is then the last record.
 */
record RecoveryState(ChainHead head, boolean torn, List<Open> open) {
  /** More sessions never run at once; a log with more open sessions was not written by dbgd. */
  private static final int MOST = 10_000;

  private static final int LONGEST_SESSION = 64;

  /** An INTENT that has no RESULT. */
  record Open(String session, long seq, JsonNode operator) {}

  static RecoveryState of(Path directory) throws IOException {
    ChainHead head = ChainHead.NONE;
    Set<String> ended = new HashSet<>();
    List<Open> open = new ArrayList<>();
    try (BackwardLog lines = BackwardLog.of(directory)) {
      boolean last = true;
      for (Optional<LogLine> line = lines.next(); line.isPresent(); line = lines.next()) {
        Optional<JsonNode> parsed =
            line.flatMap(l -> ParsedRecord.of(l.text(), l.length(), l.tail()));
        if (parsed.isEmpty()) {
          continue;
        }
        JsonNode record = parsed.get();
        if (last) {
          head = new ChainHead(SEQ.number(record), HASH.text(record, Chain.START));
          last = false;
        }
        String session = SESSION.text(record);
        if (Event.isEnd(record)) {
          if (ended.size() < MOST && session.length() <= LONGEST_SESSION) {
            ended.add(session);
          }
        } else if (Event.INTENT.is(record)) {
          // A session has one beginning, so only concurrent ones are held.
          if (!ended.remove(session) && open.size() < MOST) {
            open.add(new Open(session, SEQ.number(record), OPERATOR.of(record)));
          }
        } else if (Event.DAEMON.is(record) && ACTION.text(record).equals(Event.START)) {
          break;
        }
      }
      return new RecoveryState(head, lines.torn(), open.reversed());
    }
  }
}
