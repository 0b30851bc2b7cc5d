package dev.dbg.model;

/** The exit statuses that are dbg's own, not the tool's. They hold: scripts rely on them. */
public final class ExitStatus {
  public static final int OK = 0;

  /** dbg doctor found something that will not work. */
  public static final int SOMETHING_FAILS = 1;

  /** The tool's time was over. */
  public static final int TIMED_OUT = 124;

  /** dbg or dbgd failed. */
  public static final int DBG_FAILED = 125;

  /** Refused by policy, or not executable. */
  public static final int REFUSED = 126;

  /** There is no such tool. */
  public static final int NO_SUCH_TOOL = 127;

  private ExitStatus() {}
}
