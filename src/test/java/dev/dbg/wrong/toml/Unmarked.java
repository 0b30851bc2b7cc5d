package dev.dbg.wrong.toml;

/** Its package is not marked. */
public final class Unmarked {
  int nothing;
}
