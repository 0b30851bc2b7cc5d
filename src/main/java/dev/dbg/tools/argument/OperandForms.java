package dev.dbg.tools.argument;

import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All forms of a tool's operands. Some options change the meaning of the operands: the forms of the
 * first such option that is given apply, else the forms without an option.
 */
public record OperandForms(List<Operands> all) {
  /** Types of operands that look like a path's pattern. */
  private static final Set<ValueType> PATTERNS =
      Set.of(
          ValueType.Named.FILTER,
          ValueType.Named.EXPRESSION,
          ValueType.Named.SEARCH,
          ValueType.Named.WHOLE,
          ValueType.Named.PATTERN);

  public OperandForms {
    all = List.copyOf(all);
  }

  /** The forms that apply with these options, given by the spelling that is passed to the tool. */
  List<Operands> where(Set<String> given) {
    Set<String> with =
        all.stream()
            .map(Operands::with)
            .filter(options -> options.stream().anyMatch(given::contains))
            .findFirst()
            .orElse(Set.of());
    return all.stream().filter(form -> form.with().equals(with)).toList();
  }

  Set<ValueType> types() {
    return all.stream().flatMap(form -> form.places().stream()).collect(Collectors.toSet());
  }

  boolean hasPaths() {
    return types().stream().anyMatch(ValueType::isPath);
  }

  /** Whether operands are paths, and none is a pattern or an expression. */
  boolean areOnlyPaths() {
    return hasPaths() && types().stream().noneMatch(PATTERNS::contains);
  }

  /** Whether a longer line would say which one is meant, so that this one shows everything. */
  boolean showAllWith(List<String> operands, List<Operands> forms) {
    boolean isUsual = forms.stream().allMatch(form -> form.with().isEmpty());
    return isUsual && all.stream().anyMatch(form -> form.goesOnBeyond(operands));
  }

  /**
   * The types of each operand. If an entry leaves open whether an operand is a pattern or a path,
   * it has both types. A word that a form names literally, as {@code .}, has no other type.
   */
  static List<Set<ValueType>> types(List<Operands> forms, List<String> operands) {
    // Each of them looks at all operands, so it is asked once, not for each operand again.
    List<Operands> accepted = forms.stream().filter(form -> form.accepts(operands)).toList();
    List<Operands> couldBe = forms.stream().filter(form -> form.couldBe(operands)).toList();
    // Of most operands the types are the same: one set for all of them.
    Map<List<ValueType>, Set<ValueType>> sets = new HashMap<>();
    List<Set<ValueType>> types = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      Set<ValueType> accepting = new LinkedHashSet<>();
      for (Operands form : accepted) {
        accepting.add(form.place(i));
      }
      Set<ValueType> possible = new HashSet<>();
      for (Operands form : couldBe) {
        possible.add(form.place(i));
      }
      ValueType literal = new ValueType.Choice(List.of(operands.get(i)));
      if (accepting.contains(literal) && !operands.get(i).startsWith("/")) {
        accepting.retainAll(Set.of(literal));
      }
      boolean isNamed = accepting.stream().allMatch(ValueType.Choice.class::isInstance);
      if (!isNamed && possible.contains(ValueType.Named.PATH)) {
        accepting.add(ValueType.Named.PATH);
      }
      types.add(sets.computeIfAbsent(List.copyOf(accepting), _ -> accepting));
    }
    return types;
  }
}
