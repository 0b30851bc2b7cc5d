package dev.dbg.policy.rule;

import dev.dbg.model.Operator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rules by operator and tool, so that a decision need not examine all rules. Immutable. */
public final class RuleIndex {
  private static final String ANY_TOOL = "";

  /** A tool, and a user or group name; rules for uids and for all have the kind "any". */
  private record Key(String tool, String kind, String name) {}

  private final List<Rule> rules;
  private final Map<Key, List<Integer>> places = new HashMap<>();

  public RuleIndex(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    for (int i = 0; i < rules.size(); i++) {
      for (Principal who : rules.get(i).who()) {
        Key any = key(ANY_TOOL, who);
        add(any, i);
        for (String tool : rules.get(i).tools()) {
          add(new Key(tool, any.kind(), any.name()), i);
        }
      }
    }
  }

  private void add(Key key, int place) {
    List<Integer> known = places.computeIfAbsent(key, k -> new ArrayList<>());
    if (known.isEmpty() || known.getLast() != place) {
      known.add(place);
    }
  }

  private static Key key(String tool, Principal who) {
    return switch (who) {
      case Principal.NamedUser user -> new Key(tool, "user", user.name());
      case Principal.NamedGroup group -> new Key(tool, "group", group.name());
      case Principal.OfCluster user -> new Key(tool, "user", user.name().toString());
      case Principal.ClusterGroup group -> new Key(tool, "group", group.name());
      case Principal.Uids _, Principal.AnyOperator _ -> new Key(tool, "any", "");
    };
  }

  public List<Rule> all() {
    return rules;
  }

  /** The rules for the operator and the tool, in their order. */
  public Collection<Rule> of(Operator operator, String tool) {
    Map<Integer, Rule> found = new TreeMap<>();
    collect(found, new Key(tool, "user", operator.user()), operator);
    for (String group : operator.groups().values()) {
      collect(found, new Key(tool, "group", group), operator);
    }
    collect(found, new Key(tool, "any", ""), operator);
    return found.values();
  }

  /** The rules for the operator, in their order. */
  public Collection<Rule> of(Operator operator) {
    return of(operator, ANY_TOOL);
  }

  private void collect(Map<Integer, Rule> found, Key key, Operator operator) {
    for (int place : places.getOrDefault(key, List.of())) {
      Rule rule = rules.get(place);
      if (rule.isFor(operator)) {
        found.put(place, rule);
      }
    }
  }
}
