package dev.dbg.audit.record;

import static dev.dbg.audit.record.RecordField.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How much of a record's texts and lists is kept. Members that the operator typed are truncated
 * first, so a long argument does not displace the members that decide who may read the record. What
 * a session runs is kept whole up to {@link FittedRecord#LONGEST_TOOL}: nothing runs unrecorded.
 *
 * @param typedText the longest text in {@link #TYPED} members, in bytes of the line
 * @param typedList the most elements of a list in {@link #TYPED} members
 * @param text the longest text in other members
 * @param list the most elements of a list in other members
 * @param keepsTool whether nothing of {@code tool} is truncated
 */
record Truncation(int typedText, int typedList, int text, int list, boolean keepsTool) {
  /**
   * The members whose length the operator chooses. Who may read the record does not depend on them;
   * of the groups, on which it does, those that the policy names are the first of their list.
   */
  private static final Set<String> TYPED =
      words(ARGV, TOOL_ARGV_TYPED, TOOL_ARGV_RUN, REASON, CWD, WHY, DECISION_DETAIL);

  /** The first one that makes the record fit is used. All of them keep a hash, of 64 digits. */
  static final List<Truncation> LADDER =
      List.of(
          new Truncation(4096, 512, 1024, 512),
          new Truncation(2048, 256, 1024, 512),
          new Truncation(1024, 128, 1024, 512),
          new Truncation(512, 64, 1024, 512),
          new Truncation(256, 32, 1024, 512),
          new Truncation(128, 16, 1024, 256),
          new Truncation(64, 8, 1024, 128),
          new Truncation(64, 8, 512, 64),
          new Truncation(64, 4, 256, 16),
          new Truncation(64, 4, 128, 8),
          new Truncation(64, 1, 64, 1));

  /** The same for the record with which a session begins. */
  private static final List<Truncation> OF_SESSION =
      Stream.concat(LADDER.stream().map(Truncation::keepingTool), LADDER.stream()).toList();

  private Truncation(int typedText, int typedList, int text, int list) {
    this(typedText, typedList, text, list, false);
  }

  /** The members without which a record is useless. */
  private static final Set<String> ESSENTIAL =
      words(SESSION, OPERATOR, DECISION, OUTCOME, INTENT, RECORDING, SEAL);

  /** An upper limit for a mark with its ellipsis escaped, and the quotes. */
  private static final int MARK = TruncationMark.LONGEST + 16;

  private static final int ESCAPED = 6;

  private static Set<String> words(RecordField... fields) {
    return Arrays.stream(fields).map(RecordField::word).collect(Collectors.toUnmodifiableSet());
  }

  private Truncation keepingTool() {
    return new Truncation(typedText, typedList, text, list, true);
  }

  /** What the {@code tool} of a session takes of its line. */
  static int ofTool(Map<String, Object> tool) {
    return OF_SESSION.getFirst().size(Map.of(TOOL.word(), tool));
  }

  /**
   * Truncates the members so that they fit into a line.
   *
   * @param runs whether it is the record with which a session begins
   */
  static Map<String, Object> toFit(Map<String, Object> fields, boolean runs) {
    for (Truncation cut : runs ? OF_SESSION : LADDER) {
      if (cut.size(fields) <= FittedRecord.MOST - SHORTENED.word().length() - MARK) {
        return cut.of(fields);
      }
    }
    // Not reached: no draft of dbgd has so many members.
    return LADDER.getLast().of(essential(fields));
  }

  /** The most that a value takes after this truncation. */
  private int size(Object value) {
    Cutting trial = new Cutting(true);
    Object _ = trial.value(value, false);
    return trial.size;
  }

  private Map<String, Object> of(Map<String, Object> fields) {
    Cutting cutting = new Cutting(false);
    Map<String, Object> cut = cutting.map(fields, false);
    if (cutting.shorter) {
      cut.put(SHORTENED.word(), true);
    }
    return cut;
  }

  private static Map<String, Object> essential(Map<String, Object> fields) {
    Map<String, Object> kept = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          int share = FittedRecord.MOST / ESSENTIAL.size() - MARK;
          if (ESSENTIAL.contains(name) && LADDER.getLast().size(value) < share) {
            kept.put(name, value);
          }
        });
    return kept;
  }

  /** Truncates one draft, or only measures it: then nothing is hashed. */
  private final class Cutting {
    private final boolean isTrial;
    private boolean shorter;

    /** Whether it is within what is kept whole. */
    private boolean whole;

    /** The most that the line takes for it. */
    private int size;

    Cutting(boolean isTrial) {
      this.isTrial = isTrial;
    }

    private @Nullable Object value(@Nullable Object value, boolean typed) {
      return switch (value) {
        case String string -> string(string, whole ? Integer.MAX_VALUE : typed ? typedText : text);
        case Map<?, ?> map -> map(map, typed);
        case Collection<?> elements ->
            elements(elements, whole ? Integer.MAX_VALUE : typed ? typedList : list, typed);
        case null, default -> {
          size += String.valueOf(value).length();
          yield value;
        }
      };
    }

    private Map<String, Object> map(Map<?, ?> map, boolean typed) {
      size += 2;
      Map<String, Object> cut = new LinkedHashMap<>();
      map.forEach(
          (key, value) -> {
            String name = String.valueOf(key);
            size += cost(name, name.length()) + 4;
            boolean isWithin = whole;
            whole |= keepsTool && name.equals(TOOL.word());
            cut.put(name, value(value, typed || TYPED.contains(name)));
            whole = isWithin;
          });
      return cut;
    }

    private String string(String string, int most) {
      int kept = fitting(string, most);
      size += cost(string, kept) + 2;
      if (kept == string.length() && !TruncationMark.ends(string)) {
        return string;
      }
      size += MARK;
      shorter = true;
      return isTrial ? "" : TruncationMark.upTo(string, kept);
    }

    private List<Object> elements(Collection<?> elements, int most, boolean typed) {
      size += 2 + MARK;
      List<Object> cut = new ArrayList<>();
      List<String> left = new ArrayList<>();
      for (Object element : elements) {
        if (cut.size() < most) {
          size++;
          cut.add(value(element, typed));
        } else {
          left.add(String.valueOf(element));
        }
      }
      if (!left.isEmpty() && !isTrial) {
        shorter = true;
        cut.add(TruncationMark.rest(left));
      }
      return cut;
    }
  }

  /** How many of the first characters fit into {@code most} bytes of a line. */
  private static int fitting(String text, int most) {
    int size = 0;
    int at = 0;
    while (at < text.length()) {
      int point = text.codePointAt(at);
      size += cost(point);
      if (size > most) {
        return at;
      }
      at += Character.charCount(point);
    }
    return at;
  }

  private static int cost(String text, int to) {
    int size = 0;
    for (int at = 0; at < to; at += Character.charCount(text.codePointAt(at))) {
      size += cost(text.codePointAt(at));
    }
    return size;
  }

  /** How many bytes a character takes in a line. */
  private static int cost(int point) {
    return switch (point) {
      case '"', '\\', '\n', '\r', '\t', '\b', '\f' -> 2;
      default -> point >= 0x20 && point < 0x7f ? 1 : ESCAPED * Character.charCount(point);
    };
  }
}
