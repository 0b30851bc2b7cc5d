/**
 * Words of other programs that people type by habit, and lines of dbg as they are typed.
 *
 * <p>May import: {@code model}. Must not: decide anything.
 */
@NullMarked
package dev.dbg.grammar.words;

import org.jspecify.annotations.NullMarked;
