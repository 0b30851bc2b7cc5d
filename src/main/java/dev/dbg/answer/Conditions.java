package dev.dbg.answer;

import dev.dbg.policy.rule.Bounds;
import dev.dbg.policy.rule.Terms;
import java.util.ArrayList;
import java.util.List;

/** What a permission depends on, for people: each could follow "permitted, provided that". */
final class Conditions {
  private Conditions() {}

  static List<String> of(Terms terms, Bounds bounds) {
    List<String> conditions = new ArrayList<>();
    if (terms.reason()) {
      conditions.add("a reason is given with --reason");
    }
    terms.timeout().ifPresent(t -> conditions.add("it ends within " + t.toSeconds() + " s"));
    terms
        .sessions()
        .ifPresent(n -> conditions.add("you have fewer than " + n + " others by that rule"));
    switch (terms.record()) {
      case ALWAYS -> conditions.add("what the tool writes is recorded");
      case ALLOWED -> conditions.add("what the tool writes is recorded if --record asks for it");
      case NEVER -> {
        // Nor may it be: a request with --record is refused.
      }
    }
    conditions.addAll(bounds.words());
    return conditions;
  }
}
