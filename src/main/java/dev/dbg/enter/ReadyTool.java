package dev.dbg.enter;

import java.nio.file.Path;

/**
 * A tool whose view is made, for one session, which closes it. What it says of itself is what will
 * be executed.
 */
public final class ReadyTool implements AutoCloseable {
  private final ToolView view;
  private final Runnable release;

  ReadyTool(ToolView view, Runnable release) {
    this.view = view;
    this.release = release;
  }

  ToolView view() {
    return view;
  }

  /** Where it is, on the host and in the view. */
  public Path executable() {
    return view.executable();
  }

  /** The hash of its file, in hexadecimal. */
  public String sha256() {
    return view.sha256();
  }

  @Override
  public void close() {
    release.run();
  }
}
