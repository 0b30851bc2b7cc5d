package dev.dbg.model;

import java.util.Optional;

/** A user id, credentials(7): 32 bits, unsigned; 0 is root. */
public record Uid(long number) implements OperatorId {
  public static final Uid ROOT = new Uid(0);

  /** The kernel's (uid_t) -1 is nobody. */
  private static final long LARGEST = 0xFFFF_FFFEL;

  public Uid {
    if (number < 0 || number > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("not a user id: " + number);
    }
  }

  /** A uid that a user can have, in decimal; empty if the text is none. */
  public static Optional<Uid> parse(String text) {
    return text.matches("0|[1-9][0-9]{0,9}")
        ? Optional.of(Long.parseLong(text)).filter(n -> n <= LARGEST).map(Uid::new)
        : Optional.empty();
  }

  @Override
  public String token() {
    return toString();
  }

  @Override
  public Uid counted() {
    return this;
  }

  @Override
  public String toString() {
    return Long.toString(number);
  }
}
