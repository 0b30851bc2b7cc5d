package dev.dbg.answer;

import dev.dbg.model.Operator;
import dev.dbg.model.RawText;
import dev.dbg.policy.Policy;
import dev.dbg.wire.Reply;
import java.time.Instant;

/**
 * Says why a list is empty for an operator for whom there is no rule. It tells nothing about
 * others' rules: not even whether there are any.
 */
final class NoRuleAdvice {
  private NoRuleAdvice() {}

  static void tell(Policy policy, Operator operator, Instant now, Reply reply) {
    if (!policy.visibility(operator, now).isEmpty()) {
      return;
    }
    reply.complain(
        policy.hasRuleFor(operator)
            ? "no rule for %s is in force now: its hours are over, or it has ended: this host's administrator writes rules, dbg-policy(5)"
                .formatted(operator.user())
            : "no rule names %s or one of their groups: type the line that you need, then ask root for a rule, who types dbgd suggest --operator %s"
                .formatted(operator.user(), RawText.quoted(operator.user())));
  }
}
