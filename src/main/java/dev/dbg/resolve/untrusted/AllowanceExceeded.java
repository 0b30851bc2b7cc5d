package dev.dbg.resolve.untrusted;

import java.io.IOException;

/** Somebody says more of their containers than is kept of one engine. */
public final class AllowanceExceeded extends IOException {
  public AllowanceExceeded() {
    super("it says more than is kept of one engine");
  }
}
