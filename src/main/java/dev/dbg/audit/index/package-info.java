/**
 * The index of a segment: which of its blocks may hold what a reader looks for. It is derived from
 * the segment and proves nothing; without it, the whole segment is read.
 *
 * <p>May import: {@code record}, {@code file}, {@code model}. Must not: decide which records are
 * shown, or be used to verify.
 */
@NullMarked
package dev.dbg.audit.index;

import org.jspecify.annotations.NullMarked;
