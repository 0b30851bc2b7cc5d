package dev.dbg.wire;

import dev.dbg.model.Failure;

/** A packet that violates dbg-protocol(7). The message says how; its subject is the packet. */
public final class MalformedPacket extends Failure {
  public MalformedPacket(String message) {
    super(message);
  }
}
