package dev.dbg.session;

import dev.dbg.model.Operator;

/** Why dbgd told the tool of a session to end, if neither its client nor its time limit did. */
public sealed interface EndOrder {
  /**
   * A user typed {@code dbg kill}.
   *
   * @param by that user
   * @param session the session number of that request's records
   */
  record Killed(Operator by, String session) implements EndOrder {}

  /**
   * dbgd is being stopped.
   *
   * @param cause to follow "dbgd was"
   */
  record Stopped(String cause) implements EndOrder {}
}
