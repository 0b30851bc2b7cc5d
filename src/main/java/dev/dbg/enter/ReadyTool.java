package dev.dbg.enter;

import java.nio.file.Path;

/**
 * A tool whose view is made, for one session, which closes it. What it says of itself is what will
 * be executed.
 */
public final class ReadyTool implements AutoCloseable {
  private final Sight sight;
  private final Runnable release;

  ReadyTool(Sight sight, Runnable release) {
    this.sight = sight;
    this.release = release;
  }

  Sight sight() {
    return sight;
  }

  /** Where it is, on the host and in the view. */
  public Path executable() {
    return sight.executable();
  }

  /** The hash of its file, in hexadecimal. */
  public String sha256() {
    return sight.sha256();
  }

  @Override
  public void close() {
    release.run();
  }
}
