package dev.dbg.wrong.toml;

/** Is in a package without {@code @NullMarked}. */
public final class Unmarked {
  int nothing;
}
