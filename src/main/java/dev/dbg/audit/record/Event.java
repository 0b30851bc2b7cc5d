package dev.dbg.audit.record;

import java.util.Locale;

/** What a record is about, dbg-audit(5). */
public enum Event {
  /** A session is permitted and about to start. */
  INTENT,
  /** A session ended, or its tool could not be run. */
  RESULT,
  /** A request was refused, or could not be served. */
  DENIED,
  /** Something came that is no request. */
  MALFORMED,
  /** An INTENT without a RESULT was found at start: dbgd died during the session. */
  ORPHANED,
  /** Somebody looked at records that are not theirs. */
  READ,
  /** A policy came into force, or was found wrong. */
  POLICY,
  /** dbgd started or stopped. */
  DAEMON,
  /** A signed statement of how far the chain had come. */
  SEAL,
  /** Old segments were removed, as the configuration says. */
  RETENTION;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
