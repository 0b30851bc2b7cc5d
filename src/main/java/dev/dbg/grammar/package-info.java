/**
 * The command line of dbg, dbg(1): picocli in, {@link dev.dbg.grammar.Invocation} out.
 *
 * <p>May import: {@code model}, {@code toml}. Must not: run anything, open anything; picocli's own
 * ways of reading files and variables are switched off.
 */
@NullMarked
package dev.dbg.grammar;

import org.jspecify.annotations.NullMarked;
