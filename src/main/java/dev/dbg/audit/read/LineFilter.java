package dev.dbg.audit.read;

import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.LineHead;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.record.TextSearch;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which lines may be wanted records, judging by their text; most are not, and are never parsed.
 * Only texts that a record contains unescaped are searched for.
 */
final class LineFilter {
  /** What the lines of records of what was not run contain. */
  private static final List<TextSearch> DENIALS =
      Stream.of(Event.DENIED, Event.MISTYPED, Event.MALFORMED)
          .map(event -> new TextSearch(event.member()))
          .toList();

  private final boolean denied;

  /** What each wanted line contains. */
  private final List<TextSearch> always;

  /**
   * What it contains unless it is a session's end. Only for a reader of all records: how long
   * others wait must not depend on containers of which they may not know.
   */
  private final List<TextSearch> inBeginnings;

  LineFilter(Query query, ReadPermission readable) {
    denied = query.denied();
    always = needles(Stream.of(readable.onlyOperator(), query.session(), query.operator()));
    inBeginnings =
        readable.isForAll()
            ? needles(
                Stream.of(
                    query.tool(),
                    query.shell(),
                    query.reason(),
                    query.container().map(LineFilter::part),
                    query.from().map(LineFilter::part),
                    Optional.of(RecordField.RECORDED.word()).filter(_ -> query.recorded())))
            : List.of();
  }

  private static List<TextSearch> needles(Stream<Optional<String>> texts) {
    return texts.flatMap(Optional::stream).filter(Query::isPlain).map(TextSearch::new).toList();
  }

  /** The longest part of a glob. */
  private static String part(String glob) {
    return Arrays.stream(glob.split("[*?]", -1))
        .reduce("", (one, other) -> other.length() > one.length() ? other : one);
  }

  boolean passes(String line, LineHead head) {
    return (!denied || DENIALS.stream().anyMatch(denial -> denial.isIn(line)))
        && always.stream().allMatch(text -> text.isIn(line))
        && (inBeginnings.isEmpty()
            || head.event().isEmpty()
            || head.isEnd()
            || inBeginnings.stream().allMatch(text -> text.isIn(line)));
  }
}
