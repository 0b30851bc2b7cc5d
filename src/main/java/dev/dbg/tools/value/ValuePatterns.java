package dev.dbg.tools.value;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Patterns of which a value must match one, each as the type that the value has. */
public final class ValuePatterns {
  private final List<String> texts;
  private final Map<ValueType, List<ValuePattern>> byType;

  private ValuePatterns(List<String> texts, Map<ValueType, List<ValuePattern>> byType) {
    this.texts = List.copyOf(texts);
    this.byType = Map.copyOf(byType);
  }

  /**
   * The patterns as each of the types has them.
   *
   * @param types that a value may be of
   * @param further types of values that are held to these patterns too, but that none need be for
   * @throws IllegalArgumentException if one of {@code texts} is a pattern of none of the types; its
   *     message says what would be
   */
  public static ValuePatterns of(List<String> texts, Set<ValueType> types, Set<ValueType> further) {
    Map<ValueType, List<ValuePattern>> byType = new HashMap<>();
    for (String text : texts) {
      boolean isUnderstood = types.isEmpty() || text.isEmpty();
      for (ValueType type : types) {
        Optional<ValuePattern> pattern = type.pattern(text);
        isUnderstood |= pattern.isPresent();
        pattern.ifPresent(p -> byType.computeIfAbsent(type, t -> new ArrayList<>()).add(p));
      }
      for (ValueType type : further) {
        if (!types.contains(type)) {
          type.pattern(text)
              .ifPresent(p -> byType.computeIfAbsent(type, t -> new ArrayList<>()).add(p));
        }
      }
      if (!isUnderstood) {
        throw new IllegalArgumentException(
            "'%s' can match no value: write %s".formatted(text, forms(types)));
      }
    }
    return new ValuePatterns(texts, byType);
  }

  private static String forms(Set<ValueType> types) {
    return new TreeSet<>(types.stream().map(ValueType::patternForm).toList())
        .stream().collect(Collectors.joining("; or "));
  }

  /** Whether a value is permitted as each of the types that it could be of. */
  public boolean permits(String value, Set<ValueType> types) {
    return types.stream().allMatch(type -> permits(value, type));
  }

  /** Whether a value of that type is permitted. */
  public boolean permits(String value, ValueType type) {
    return permitAll()
        || byType.getOrDefault(type, List.of()).stream().anyMatch(p -> p.matches(value));
  }

  /** Whether one of them is nothing but stars. */
  public boolean permitAll() {
    return texts.stream().anyMatch(ValuePattern::isAll);
  }

  /** Whether it may be that there is no value, though fewer values mean more. */
  public boolean permitNone() {
    return texts.isEmpty() || texts.contains("") || permitAll();
  }

  /** As they were written. */
  public List<String> texts() {
    return texts;
  }
}
