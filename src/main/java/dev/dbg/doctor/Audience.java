package dev.dbg.doctor;

/** Who may know of a finding beside root. */
public sealed interface Audience {
  /** Whoever may ask dbgd: what the host can do is nobody's secret. */
  record Everybody() implements Audience {}

  /** Nobody: it tells of other people's rules, or of what the host has. */
  record Root() implements Audience {}

  /** Whom some rule lets run this tool. */
  record WhoMayRun(String tool) implements Audience {}
}
