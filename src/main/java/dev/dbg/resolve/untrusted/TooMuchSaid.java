package dev.dbg.resolve.untrusted;

import java.io.IOException;

/** Somebody says more of their containers than is kept of one engine. */
public final class TooMuchSaid extends IOException {
  public TooMuchSaid() {
    super("it says more than is kept of one engine");
  }
}
