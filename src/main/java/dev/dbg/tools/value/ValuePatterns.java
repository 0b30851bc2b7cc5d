package dev.dbg.tools.value;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The patterns of a rule. A value must match one of them, compared by the value's type. */
public final class ValuePatterns {
  private final List<String> texts;
  private final Map<ValueType, List<ValuePattern>> byType;

  private ValuePatterns(List<String> texts, Map<ValueType, List<ValuePattern>> byType) {
    this.texts = List.copyOf(texts);
    this.byType = Map.copyOf(byType);
  }

  /**
   * Reads the patterns for each type.
   *
   * @param types the types of the values; each text must be a pattern of one of them
   * @param further types of other values that must match too; no text need be a pattern of these
   * @throws IllegalArgumentException if a text is not a pattern of any of {@code types}; the
   *     message says what a valid pattern is
   */
  public static ValuePatterns of(List<String> texts, Set<ValueType> types, Set<ValueType> further) {
    Map<ValueType, List<ValuePattern>> byType = new HashMap<>();
    Set<ValueType> all = new HashSet<>(types);
    all.addAll(further);
    for (String text : texts) {
      boolean isUnderstood = types.isEmpty() || text.isEmpty();
      for (ValueType type : all) {
        Optional<ValuePattern> pattern = type.pattern(text);
        isUnderstood |= types.contains(type) && pattern.isPresent();
        pattern.ifPresent(p -> byType.computeIfAbsent(type, t -> new ArrayList<>()).add(p));
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

  /** Whether a value is permitted as each of the types that it may have. */
  public boolean permits(String value, Set<ValueType> types) {
    return types.stream().allMatch(type -> permits(value, type));
  }

  /** Whether a value of that type is permitted. */
  public boolean permits(String value, ValueType type) {
    return permitAll()
        || byType.getOrDefault(type, List.of()).stream().anyMatch(p -> p.matches(value));
  }

  /** Whether one of them matches everything. */
  public boolean permitAll() {
    return texts.stream().anyMatch(ValuePattern::isAll);
  }

  /**
   * Whether the value may be missing if the tool then shows everything: so it may if none of them
   * is more than a word that the tool's entry names.
   */
  public boolean permitNone() {
    return texts.contains("") || permitAll() || texts.stream().allMatch(this::isNamed);
  }

  private boolean isNamed(String text) {
    return byType.keySet().stream()
        .anyMatch(type -> type instanceof ValueType.Choice && type.accepts(text));
  }

  /** As written in the policy. */
  public List<String> texts() {
    return texts;
  }
}
