package dev.dbg.audit.index;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordField;
import dev.dbg.model.Refusal.Denial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The terms of a record. Those of pairs, such as an operator's refusals, find what is rare although
 * each half is frequent.
 *
 * @param given for {@link BlockRow#GIVEN}
 * @param typed for {@link BlockRow#TYPED}
 */
record RecordTerms(List<Long> given, List<Long> typed) {
  /** The lengths of beginnings of a session's number; the second is a whole one. */
  static final List<Integer> SESSION_LENGTHS = List.of(4, 16);

  /** A multiple of this many characters of a shell's number is a term. */
  static final int SHELL_STEP = 4;

  static final int LONGEST_SHELL = 32;

  static RecordTerms of(JsonNode record) {
    long[] operator =
        OPERATOR.isIn(record)
            ? terms(Term.OPERATOR, record, OPERATOR_USER, OPERATOR_UID)
            : new long[0];
    long[] container = terms(Term.CONTAINER, record, TARGET_NAME, TARGET_ASKED);
    long[] tool = terms(Term.TOOL, record, TOOL_NAME);
    long[] denial = denial(record);
    List<Long> given = new ArrayList<>();
    add(given, operator);
    add(given, sessions(SESSION.text(record)));
    add(given, denial);
    add(given, pairs(operator, denial));
    List<Long> typed = new ArrayList<>();
    add(typed, container);
    add(typed, tool);
    add(typed, shells(SHELL.text(record)));
    add(typed, pairs(operator, container));
    add(typed, pairs(operator, tool));
    add(typed, pairs(container, tool));
    add(typed, pairs(container, denial));
    add(typed, pairs(tool, denial));
    Stream.of(TARGET_NAME, TARGET_ASKED)
        .flatMap(name -> name.find(record).stream())
        .flatMapToLong(Term::trigrams)
        .forEach(typed::add);
    return new RecordTerms(given, typed);
  }

  private static void add(List<Long> all, long... terms) {
    Arrays.stream(terms).forEach(all::add);
  }

  private static long[] terms(Term kind, JsonNode record, RecordField... fields) {
    return kind.ofAll(Arrays.stream(fields).map(field -> field.text(record)));
  }

  private static long[] denial(JsonNode record) {
    Optional<Denial> denial = Event.denial(record);
    return denial.isPresent() && denial.get() == Denial.MISTYPED
        ? new long[] {Term.DENIAL.of(Term.MISTYPED)}
        : denial.filter(Denial::isRefusal).isPresent()
            ? new long[] {Term.DENIAL.of(Term.REFUSED)}
            : new long[0];
  }

  static long[] pairs(long[] ones, long[] others) {
    return Arrays.stream(ones)
        .flatMap(one -> Arrays.stream(others).map(other -> Term.both(one, other)))
        .toArray();
  }

  private static long[] sessions(String number) {
    return SESSION_LENGTHS.stream()
        .filter(length -> length <= number.length())
        .mapToLong(length -> Term.SESSION.of(number.substring(0, length)))
        .toArray();
  }

  private static long[] shells(String number) {
    return LongStream.iterate(
            SHELL_STEP,
            length -> length <= Math.min(number.length(), LONGEST_SHELL),
            length -> length + SHELL_STEP)
        .map(length -> Term.SHELL.of(number.substring(0, (int) length)))
        .toArray();
  }
}
