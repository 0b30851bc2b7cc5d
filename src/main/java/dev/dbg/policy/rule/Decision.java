package dev.dbg.policy.rule;

/** What the policy says. */
public sealed interface Decision {
  /**
   * Yes.
   *
   * @param rule the permitting rule's {@code file:line}
   * @param terms what the rule ties it to
   * @param bounds what else it keeps to; the question is within them
   */
  record Permitted(String rule, Terms terms, Bounds bounds) implements Decision {}

  /**
   * No.
   *
   * @param why for the operator: nothing about containers that they may not see
   * @param detail for the record
   */
  record Denied(String why, String detail) implements Decision {}
}
