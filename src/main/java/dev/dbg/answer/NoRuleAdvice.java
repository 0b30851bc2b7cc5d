package dev.dbg.answer;

import dev.dbg.model.Operator;
import dev.dbg.model.RawText;
import dev.dbg.policy.Policy;
import dev.dbg.wire.Reply;
import java.time.Instant;

/** Explains an empty list to an operator without a rule, and reveals nothing about other rules. */
final class NoRuleAdvice {
  private NoRuleAdvice() {}

  static void tell(Policy policy, Operator operator, Instant now, Reply reply) {
    if (!policy.visibility(operator, now).isEmpty()) {
      return;
    }
    reply.complain(
        policy.hasRuleFor(operator)
            ? "no rule for %s is in force now: outside its hours, or expired: ask this host's administrator, dbg-policy(5)"
                .formatted(operator.user())
            : "no rule names %s or one of their groups: type the line that you need, then ask root for a rule, who types dbgd suggest --operator %s"
                .formatted(operator.user(), RawText.quoted(operator.user())));
  }
}
