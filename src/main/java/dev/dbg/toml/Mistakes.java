package dev.dbg.toml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Collects mistakes that do not depend on each other, so that a person sees all of them at once.
 *
 * <p>Not safe for use by several threads.
 */
public final class Mistakes {
  private final List<TomlMistake> all = new ArrayList<>();

  /** A part of a file that is read by itself. */
  public interface Reading<T> {
    T read() throws TomlMistake;
  }

  /** A part of a file that is only checked. */
  public interface Check {
    void run() throws TomlMistake;
  }

  /** Reads a part; empty if it has a mistake, and then {@link #rejectAny} does not return. */
  public <T> Optional<T> of(Reading<T> part) {
    try {
      return Optional.of(part.read());
    } catch (TomlMistake e) {
      all.addAll(e.all());
      return Optional.empty();
    }
  }

  /** Checks a part. */
  public void in(Check check) {
    try {
      check.run();
    } catch (TomlMistake e) {
      all.addAll(e.all());
    }
  }

  /** The collected mistakes as one, if there are any. */
  public void rejectAny() throws TomlMistake {
    if (!all.isEmpty()) {
      throw TomlMistake.of(all);
    }
  }
}
