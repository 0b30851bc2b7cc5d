package dev.dbg.wire;

/** A packet that violates dbg-protocol(7). The message says how; its subject is the packet. */
public final class MalformedPacket extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedPacket(String message) {
    super(message, null, false, false);
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
