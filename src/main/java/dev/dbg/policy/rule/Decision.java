package dev.dbg.policy.rule;

/** The policy's decision. */
public sealed interface Decision {
  /**
   * The request is permitted.
   *
   * @param rule the permitting rule's {@code file:line}
   * @param terms the rule's conditions and limits
   * @param bounds the rule's times and arguments, which the request meets
   */
  record Permitted(String rule, Terms terms, Bounds bounds) implements Decision {}

  /**
   * The request is denied.
   *
   * @param why for the operator; contains nothing about containers that they may not see
   * @param detail for the record
   */
  record Denied(String why, String detail) implements Decision {}
}
