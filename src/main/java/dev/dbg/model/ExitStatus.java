package dev.dbg.model;

/** dbg's own exit statuses, as opposed to the tool's. Scripts rely on them. */
public final class ExitStatus {
  public static final int OK = 0;

  /** dbg doctor found a feature that does not work. */
  public static final int SOMETHING_FAILS = 1;

  /** The tool reached its time limit. */
  public static final int TIMED_OUT = 124;

  /** dbg or dbgd failed. */
  public static final int DBG_FAILED = 125;

  /** Refused by policy, or not executable. */
  public static final int REFUSED = 126;

  /** There is no such tool. */
  public static final int NO_SUCH_TOOL = 127;

  private ExitStatus() {}
}
