package dev.dbg.policy;

/** What the policy says. */
public sealed interface Verdict {
  /**
   * Yes.
   *
   * @param rule the permitting rule's {@code file:line}
   * @param terms what the rule ties it to
   */
  record Permitted(String rule, Terms terms) implements Verdict {}

  /**
   * No.
   *
   * @param why for the operator: nothing about containers that they may not see
   * @param detail for the record
   */
  record Denied(String why, String detail) implements Verdict {}
}
