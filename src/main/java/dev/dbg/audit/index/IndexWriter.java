package dev.dbg.audit.index;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.GzipBlocks;
import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.ParsedRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the index of a compressed segment, by reading it. A line counts for each block that it
 * touches, so a reader needs no block beside those that it chooses.
 *
 * <p>What a session is about is in its INTENT only. Its end has the terms of its INTENT too, if
 * that is in the same segment; otherwise the block is marked.
 *
 * <p>For one thread and one segment.
 */
public final class IndexWriter {
  /** The most open sessions to remember; the ends of others are marked as of earlier ones. */
  private static final int MOST_OPEN = 1000;

  private static final int LONGEST_SESSION = 64;

  private final List<BlockRow> rows = new ArrayList<>();
  private final Map<String, Optional<RecordTerms>> open = new LinkedHashMap<>();

  private IndexWriter() {}

  /** Makes the index, unless the segment is too large or was not compressed by dbgd. */
  public static void write(Segment segment) throws IOException {
    try (GzipBlocks blocks = GzipBlocks.open(segment.path());
        LineReader lines = new LineReader(segment.open())) {
      if (!blocks.isEven() || blocks.count() > IndexFile.MOST_BLOCKS) {
        return;
      }
      IndexWriter writer = new IndexWriter();
      for (int block = 0; block < blocks.count(); block++) {
        writer.rows.add(BlockRow.empty());
      }
      long newline = 0;
      while (lines.next()) {
        writer.take(lines.text(), newline, lines.offset());
        newline = lines.offset();
      }
      IndexFile.write(segment, blocks, writer.rows);
    }
  }

  /** Takes the line between two newlines. */
  private void take(String line, long before, long end) {
    Optional<JsonNode> parsed = ParsedRecord.of(line);
    if (parsed.isEmpty()) {
      return;
    }
    JsonNode record = parsed.get();
    RecordTerms terms = RecordTerms.of(record);
    Optional<RecordTerms> begun = begun(record, terms);
    long time = RecordTime.of(TIME.text(record));
    int last = (int) Math.min(end / GzipBlocks.BLOCK, rows.size() - 1L);
    for (int block = (int) (before / GzipBlocks.BLOCK); block <= last; block++) {
      BlockRow row = rows.get(block);
      row.record(time, SEQ.number(record));
      terms.given().forEach(term -> row.add(BlockRow.GIVEN, term));
      terms.typed().forEach(term -> row.add(BlockRow.TYPED, term));
      begun.ifPresent(intent -> intent.typed().forEach(term -> row.add(BlockRow.TYPED, term)));
      if (time == RecordTime.NONE) {
        row.flag(BlockRow.UNCLEAR);
      }
      if (Event.isEnd(record) && begun.isEmpty()) {
        row.flag(BlockRow.ENDS_EARLIER);
      }
    }
  }

  /** The terms of the INTENT that a session's end belongs to, if they are known. */
  private Optional<RecordTerms> begun(JsonNode record, RecordTerms terms) {
    String session = SESSION.text(record);
    if (Event.isEnd(record)) {
      return Optional.ofNullable(open.remove(session)).flatMap(known -> known);
    }
    if (Event.INTENT.is(record) && session.length() <= LONGEST_SESSION) {
      // Two sessions with one number are forged, and nothing is concluded about them.
      boolean again = open.containsKey(session);
      open.put(session, again ? Optional.empty() : Optional.of(terms));
      if (open.size() > MOST_OPEN) {
        open.remove(open.keySet().iterator().next());
      }
    }
    return Optional.empty();
  }
}
