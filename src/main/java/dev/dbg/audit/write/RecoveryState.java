package dev.dbg.audit.write;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.BackwardLog;
import dev.dbg.audit.file.LogLine;
import dev.dbg.audit.record.Chain;
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
 * What the dbgd before this one left: where its chain ended, and which sessions it left open. Its
 * predecessors' were closed when it started, so reading goes back to its start and no further.
 *
 * @param torn whether the file's last line has no end. The record in it may still be whole, and is
 *     then the last one: it only wants its line's end.
 */
record RecoveryState(long seq, String head, boolean torn, List<Open> open) {
  /** No more sessions go on at once; a log in which it seems so is not one that dbgd wrote. */
  private static final int MOST = 10_000;

  private static final int LONGEST_SESSION = 64;

  /** An INTENT that has no RESULT. */
  record Open(String session, long seq, JsonNode operator) {}

  static RecoveryState of(Path directory) throws IOException {
    long seq = 0;
    String head = Chain.START;
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
          seq = record.path("seq").asLong();
          head = record.path("hash").asText(Chain.START);
          last = false;
        }
        String event = record.path("event").asText();
        String session = record.path("session").asText();
        if (event.equals(Event.RESULT.word()) || event.equals(Event.ORPHANED.word())) {
          if (ended.size() < MOST && session.length() <= LONGEST_SESSION) {
            ended.add(session);
          }
        } else if (event.equals(Event.INTENT.word())) {
          // A session has one beginning: what is held is about those that went on at once.
          if (!ended.remove(session) && open.size() < MOST) {
            open.add(new Open(session, record.path("seq").asLong(), record.path("operator")));
          }
        } else if (event.equals(Event.DAEMON.word())
            && record.path("action").asText().equals("start")) {
          break;
        }
      }
      return new RecoveryState(seq, head, lines.torn(), open.reversed());
    }
  }
}
