package dev.dbg.audit.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a reader looks for, in the terms of an index. A block that {@link #mayBeIn} denies has no
 * record, and no part of a wanted session, that the reader would show.
 *
 * <p>Immutable.
 */
public final class Sought {
  private final long since;
  private final long until;
  private final boolean looksAtBeginnings;
  private final List<Clause> clauses = new ArrayList<>();

  /** A block needs one of the terms. */
  private record Clause(int filter, List<Long> anyOf) {}

  /**
   * What is looked for; what is empty is not.
   *
   * @param since records that are not older; times are in the form of a record's, to the second
   * @param until records that are older
   * @param reader the uid of a reader of their own records; only what these records hold decides
   *     which blocks are read, so that the time tells nothing about others
   * @param operator a name or a uid
   * @param container a glob
   * @param denials {@link Words#REFUSED} or {@link Words#MISTYPED}
   * @param session the beginning of a session's number
   * @param shell the beginning of a shell's number
   */
  public record Words(
      Optional<String> since,
      Optional<String> until,
      Optional<String> reader,
      Optional<String> operator,
      Optional<String> container,
      Optional<String> tool,
      List<String> denials,
      Optional<String> session,
      Optional<String> shell) {
    public static final String REFUSED = Term.REFUSED;
    public static final String MISTYPED = Term.MISTYPED;
  }

  public Sought(Words words) {
    // A time that is none in a log leaves out nothing.
    since =
        words
            .since
            .map(RecordTime::of)
            .map(t -> t == RecordTime.NONE ? Long.MAX_VALUE : t)
            .orElse(Long.MIN_VALUE);
    until =
        words.until.map(RecordTime::of).filter(t -> t != RecordTime.NONE).orElse(Long.MAX_VALUE);
    looksAtBeginnings =
        Stream.of(words.container, words.tool, words.shell).anyMatch(Optional::isPresent);
    String who = words.reader.or(() -> words.operator).orElse("");
    long[] operator = Term.OPERATOR.ofAll(Stream.of(who));
    long[] container = exact(words.container);
    long[] tool = Term.TOOL.ofAll(words.tool.stream());
    long[] denial = Term.DENIAL.ofAll(words.denials.stream());
    add(BlockRow.GIVEN, operator);
    add(BlockRow.GIVEN, RecordTerms.pairs(operator, denial));
    add(BlockRow.TYPED, RecordTerms.pairs(operator, container));
    add(BlockRow.TYPED, RecordTerms.pairs(operator, tool));
    words.session.ifPresent(this::session);
    if (words.reader.isEmpty()) {
      add(BlockRow.GIVEN, denial);
      add(BlockRow.TYPED, container);
      add(BlockRow.TYPED, tool);
      add(BlockRow.TYPED, RecordTerms.pairs(container, tool));
      add(BlockRow.TYPED, RecordTerms.pairs(container, denial));
      add(BlockRow.TYPED, RecordTerms.pairs(tool, denial));
      words.container.ifPresent(
          glob -> Term.trigramsOfGlob(glob).forEach(term -> add(BlockRow.TYPED, term)));
      words.shell.ifPresent(this::shell);
    }
  }

  /** A glob without wildcards is a name. */
  private static long[] exact(Optional<String> glob) {
    return Term.CONTAINER.ofAll(glob.filter(g -> !g.matches(".*[*?].*")).stream());
  }

  private void session(String number) {
    int most = 0;
    for (int length : RecordTerms.SESSION_LENGTHS) {
      most = length <= number.length() ? length : most;
    }
    if (most > 0) {
      add(BlockRow.GIVEN, Term.SESSION.of(number.substring(0, most)));
    }
  }

  private void shell(String number) {
    int most = Math.min(number.length(), RecordTerms.LONGEST_SHELL);
    int length = most - most % RecordTerms.SHELL_STEP;
    if (length > 0) {
      add(BlockRow.TYPED, Term.SHELL.of(number.substring(0, length)));
    }
  }

  private void add(int filter, long... anyOf) {
    if (anyOf.length > 0) {
      clauses.add(new Clause(filter, Arrays.stream(anyOf).boxed().toList()));
    }
  }

  /** Whether all records of a block are too old. */
  boolean isOver(BlockRow row) {
    return !row.has(BlockRow.UNCLEAR) && row.newest() < since && since != Long.MAX_VALUE;
  }

  /** Whether a block may hold what is looked for. */
  boolean mayBeIn(BlockRow row) {
    if (row.has(BlockRow.UNCLEAR)) {
      return true;
    }
    if (isOver(row) || row.oldest() >= until) {
      return false;
    }
    if (looksAtBeginnings && row.has(BlockRow.ENDS_EARLIER)) {
      return true;
    }
    return clauses.stream()
        .allMatch(
            clause -> clause.anyOf.stream().anyMatch(term -> row.mayHave(clause.filter, term)));
  }
}
