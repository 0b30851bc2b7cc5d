package dev.dbg.resolve.container;

import dev.dbg.model.Failure;

/** A runtime cannot be asked. The message says which, why, and what to do. */
public final class RuntimeUnavailable extends Failure {
  public RuntimeUnavailable(String message) {
    super(message);
  }
}
