package dev.dbg.wrong.session;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Parses words outside the grammar. */
public final class ParsesWords {
  @Nullable CommandLine line;
}
