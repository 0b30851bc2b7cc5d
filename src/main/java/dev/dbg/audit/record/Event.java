package dev.dbg.audit.record;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.model.Refusal.Denial;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The event that a record describes, dbg-audit(5). */
public enum Event {
  /** A session is permitted and about to start. */
  INTENT,
  /** A session ended, or its tool could not be run. */
  RESULT,
  /** A request was refused, or could not be served. */
  DENIED,
  /** Words that are no command line, so that nothing was decided. */
  MISTYPED,
  /** A client sent something that is not a request. */
  MALFORMED,
  /** A shell began, whose commands are sessions of their own. */
  SHELL,
  /** At start an INTENT without a RESULT was found: dbgd died during the session. */
  ORPHANED,
  /** A user read records of others. */
  READ,
  /** A user is about to end a session with {@code dbg kill}. */
  KILL,
  /** A user says how far the log of another host has come. */
  WITNESS,
  /** A policy came into force, or was rejected for its mistakes. */
  POLICY,
  /** dbgd started or stopped. */
  DAEMON,
  /** A signed statement of how far the chain had come. */
  SEAL,
  /** An old segment is removed, as configured. */
  RETENTION;

  /** A value of {@code action} in DAEMON. */
  public static final String START = "start";

  public static final String STOP = "stop";

  /**
   * A value of {@code action} in POLICY: {@code load} if the new policy is in force, {@code keep}
   * if the old one still is.
   */
  public static final String LOAD = "load";

  public static final String KEEP = "keep";

  /** The event of a record; null if this dbgd does not know it. */
  public static @Nullable Event of(JsonNode record) {
    String word = RecordField.EVENT.text(record);
    for (Event event : values()) {
      if (event.word().equals(word)) {
        return event;
      }
    }
    return null;
  }

  /** Why nothing was run; empty if the record does not say so. */
  public static Optional<Denial> denial(JsonNode record) {
    return Optional.ofNullable(
        switch (of(record)) {
          case MISTYPED -> Denial.MISTYPED;
          case MALFORMED -> Denial.MALFORMED;
          case DENIED -> Denial.of(RecordField.DECISION_KIND.text(record)).orElse(Denial.RULE);
          case null, default -> null;
        });
  }

  /** Whether the record ends a session. */
  public static boolean isEnd(JsonNode record) {
    return RESULT.is(record) || ORPHANED.is(record);
  }

  /** Whether the record says that a new policy was rejected and the old one stays in force. */
  public static boolean isKeptPolicy(JsonNode record) {
    return POLICY.is(record) && RecordField.ACTION.text(record).equals(KEEP);
  }

  public boolean is(JsonNode record) {
    return of(record) == this;
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The event as a member of a line. */
  public String member() {
    return member(RecordField.EVENT, word());
  }

  /** A field as a member of a line; {@code value} is ASCII that JSON does not escape. */
  public static String member(RecordField field, String value) {
    return "\"%s\":\"%s\"".formatted(field.word(), value);
  }
}
