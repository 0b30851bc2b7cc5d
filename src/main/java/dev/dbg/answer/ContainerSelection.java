package dev.dbg.answer;

import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.Invocation.ContainerFilter;
import dev.dbg.grammar.Invocation.FilterKey;
import dev.dbg.model.Glob;
import dev.dbg.model.Target;
import dev.dbg.policy.rule.ContainerPattern;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The containers that {@code dbg ps} lists: they match the pattern, have all given labels, and one
 * of the values given for each other key, as with {@code docker ps --filter}.
 */
record ContainerSelection(List<ContainerFilter> filters, Optional<ContainerPattern> pattern) {
  private static final String ANY = "*";

  /**
   * @throws IllegalArgumentException if the pattern is invalid
   */
  static ContainerSelection of(Invocation.Ps asked) {
    return new ContainerSelection(asked.filters(), asked.pattern().map(ContainerPattern::parse));
  }

  boolean includes(Target target) {
    return pattern.map(one -> one.matches(target)).orElse(true) && isFiltered(target);
  }

  private boolean isFiltered(Target target) {
    return filters.stream().collect(Collectors.groupingBy(ContainerFilter::key)).entrySet().stream()
        .allMatch(
            entry ->
                entry.getKey() == FilterKey.LABEL
                    ? entry.getValue().stream().allMatch(filter -> matches(filter, target))
                    : entry.getValue().stream().anyMatch(filter -> matches(filter, target)));
  }

  private static boolean matches(ContainerFilter filter, Target target) {
    String value = filter.value();
    return switch (filter.key()) {
      case LABEL -> hasLabel(target, value);
      case NAME -> new Glob(ANY + value + ANY).matches(target.name());
      case IMAGE -> new Glob(value).matches(target.image().name());
      case RUNTIME -> value.equals(target.runtime());
      case STATUS -> value.equals(target.state());
    };
  }

  /** Unknown labels match nothing. */
  private static boolean hasLabel(Target target, String wanted) {
    int at = wanted.indexOf('=');
    String key = at < 0 ? wanted : wanted.substring(0, at);
    return target
        .labels()
        .map(labels -> labels.get(key))
        .filter(found -> at < 0 || found.equals(wanted.substring(at + 1)))
        .isPresent();
  }
}
