package dev.dbg.grammar;

import dev.dbg.model.Failure;
import dev.dbg.model.QuotedText;

/**
 * A command line that is not valid. The message says what is wrong, why, and what to type instead.
 */
public final class UsageMistake extends Failure {
  private static final String HIDDEN = "***";

  private final String recorded;

  /** {@code message} has no words of the line but those that are known. */
  UsageMistake(String message) {
    this(message, message);
  }

  /** {@code recorded} is the message without words of the line that may be secret. */
  UsageMistake(String message, String recorded) {
    super(QuotedText.message(message));
    this.recorded = QuotedText.message(recorded);
  }

  /**
   * The words of the line are in the message, but not in the record: nobody knows what they are.
   *
   * @param template with {@code %s} for each of them
   */
  static UsageMistake about(String template, String... typed) {
    String[] parts = template.split("%s", -1);
    StringBuilder message = new StringBuilder(parts[0]);
    for (int i = 0; i < typed.length; i++) {
      message.append(typed[i]).append(parts[i + 1]);
    }
    return new UsageMistake(message.toString(), String.join(HIDDEN, parts));
  }

  public String recorded() {
    return recorded;
  }
}
