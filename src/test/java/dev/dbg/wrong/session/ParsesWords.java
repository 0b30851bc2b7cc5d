package dev.dbg.wrong.session;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Uses picocli outside the grammar. */
public final class ParsesWords {
  @Nullable CommandLine line;
}
