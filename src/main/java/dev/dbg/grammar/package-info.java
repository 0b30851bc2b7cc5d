/**
 * Parses the command line of dbg, dbg(1), with picocli into an {@link dev.dbg.grammar.Invocation}.
 *
 * <p>May import: {@code model}, {@code toml}. Must not: run anything, open anything. picocli's
 * features that read files and variables are switched off.
 */
@NullMarked
package dev.dbg.grammar;

import org.jspecify.annotations.NullMarked;
