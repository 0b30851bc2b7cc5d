package dev.dbg.model;

/** A group id, credentials(7): 32 bits, unsigned. */
public record Gid(long number) {
  public Gid {
    if (number < 0 || number > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("not a group id: " + number);
    }
  }

  @Override
  public String toString() {
    return Long.toString(number);
  }
}
