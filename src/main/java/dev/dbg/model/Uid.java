package dev.dbg.model;

/** A user id, credentials(7): 32 bits, unsigned; 0 is root. */
public record Uid(long number) {
  public static final Uid ROOT = new Uid(0);

  public Uid {
    if (number < 0 || number > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("not a user id: " + number);
    }
  }

  @Override
  public String toString() {
    return Long.toString(number);
  }
}
