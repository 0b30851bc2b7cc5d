package dev.dbg.wire;

/** A packet that is not of the protocol. The message says what is wrong with it. */
public final class MalformedPacket extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param what what is wrong with the packet
   */
  public MalformedPacket(String what) {
    super(what, null, false, false);
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
