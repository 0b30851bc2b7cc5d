package dev.dbg.answer;

import dev.dbg.policy.rule.Bounds;
import dev.dbg.policy.rule.Terms;
import java.util.ArrayList;
import java.util.List;

/** Describes the conditions of a permission, each in a few words. */
final class Conditions {
  private Conditions() {}

  static List<String> of(Terms terms, Bounds bounds) {
    List<String> conditions = new ArrayList<>();
    if (terms.reason()) {
      conditions.add("a reason is given with --reason");
    }
    terms.timeout().ifPresent(t -> conditions.add("time limit " + t.toSeconds() + " s"));
    terms
        .sessions()
        .ifPresent(n -> conditions.add("you run fewer than " + n + " other sessions by that rule"));
    switch (terms.record()) {
      case ALWAYS -> conditions.add("the tool's output is recorded");
      case ALLOWED -> conditions.add("the tool's output is recorded if --record is given");
      case NEVER -> {
        // Nothing to say: a request with --record is refused.
      }
    }
    conditions.addAll(bounds.words());
    return conditions;
  }
}
