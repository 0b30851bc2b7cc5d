package dev.dbg.policy.rule;

/** The answer of the policy. */
public sealed interface Decision {
  /**
   * Yes.
   *
   * @param rule the permitting rule's {@code file:line}
   * @param terms the rule's conditions and limits
   * @param bounds the rule's times and arguments; the question is within them
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
