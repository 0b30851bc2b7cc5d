package dev.dbg.toolroot;

/** A tool of the catalogue that cannot run on this host: missing, or not trusted. */
public final class ToolUnusable extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status 127 for a missing tool, 126 for one that cannot be executed
   */
  ToolUnusable(int status, String message) {
    super(message);
    this.status = status;
  }

  public int status() {
    return status;
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
