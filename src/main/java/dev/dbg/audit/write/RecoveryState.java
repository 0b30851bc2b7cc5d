package dev.dbg.audit.write;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.BackwardLog;
import dev.dbg.audit.record.Chain;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.ChainLink;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.LineHead;
import dev.dbg.audit.record.ParsedRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the previous dbgd's chain ended, and which sessions it left open. Its last seal says how
 * far back they go, so that no more is read of a dbgd that ran for months. Without one, reading
 * stops at its start: it recorded its predecessors' open sessions as orphaned then.
 *
 * @param torn whether the file's last line lacks its newline. The record in it may still be
 *     complete; it is then the last record.
 */
record RecoveryState(ChainHead head, boolean torn, List<Open> open) {
  /** More sessions never run at once; a log with more open sessions was not written by dbgd. */
  private static final int MOST = 10_000;

  private static final int LONGEST_SESSION = 64;

  /** An INTENT that has no RESULT. */
  record Open(String session, long seq, JsonNode operator, boolean isRecorded) {}

  static RecoveryState of(Path directory) throws IOException {
    ChainHead head = ChainHead.NONE;
    FoundSessions sessions = new FoundSessions();
    try (BackwardLog lines = BackwardLog.of(directory)) {
      boolean last = true;
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (sessions.areBehind(line)) {
          break;
        }
        if (!last && sessions.isPassed(line)) {
          continue;
        }
        Optional<JsonNode> parsed = ParsedRecord.of(line);
        if (parsed.isEmpty()) {
          continue;
        }
        JsonNode record = parsed.get();
        if (last) {
          head = new ChainHead(SEQ.number(record), HASH.text(record, Chain.START));
          last = false;
        }
        sessions.take(record);
        if (Event.DAEMON.is(record) && ACTION.text(record).equals(Event.START)) {
          break;
        }
      }
      return new RecoveryState(head, lines.torn(), sessions.open.reversed());
    }
  }

  /** The sessions that have ended, and those that have not, by what was read backwards. */
  private static final class FoundSessions {
    final List<Open> open = new ArrayList<>();
    private final Set<String> ended = new HashSet<>();

    /** The first record that may be one of an open session; 0 if no seal has said that. */
    private long from;

    /** Whether this line and all before it are of sessions that have ended. */
    boolean areBehind(String line) {
      long seq = from == 0 ? 0 : ChainLink.seq(line);
      return 0 < seq && seq < from && ChainLink.isIn(line);
    }

    /** Takes a line that need not be parsed; most lines of a log since the last start. */
    boolean isPassed(String line) {
      LineHead head = LineHead.of(line);
      if (head.event().isEmpty()) {
        return false;
      }
      if (head.isEnd()) {
        end(head.session());
        return true;
      }
      return head.is(Event.INTENT)
          ? ended.remove(head.session())
          : !head.is(Event.DAEMON) && (from > 0 || !head.is(Event.SEAL));
    }

    void take(JsonNode record) {
      String session = SESSION.text(record);
      if (Event.isEnd(record)) {
        end(session);
      } else if (Event.INTENT.is(record)) {
        // A session has one beginning, so only concurrent ones are held.
        if (!ended.remove(session) && open.size() < MOST) {
          open.add(
              new Open(
                  session,
                  SEQ.number(record),
                  OPERATOR.of(record),
                  RECORDED.of(record).asBoolean()));
        }
      } else if (Event.SEAL.is(record) && from == 0) {
        from = OPEN_FROM.number(record);
      }
    }

    private void end(String session) {
      if (ended.size() < MOST && session.length() <= LONGEST_SESSION) {
        ended.add(session);
      }
    }
  }
}
