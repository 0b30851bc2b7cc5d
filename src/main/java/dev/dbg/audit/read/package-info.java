/**
 * Reads the log for people and for receivers, while it is written: newest first, by query, or from
 * a given record on.
 *
 * <p>May import: {@code record}, {@code file}, {@code model}. Must not: write.
 */
@NullMarked
package dev.dbg.audit.read;

import org.jspecify.annotations.NullMarked;
