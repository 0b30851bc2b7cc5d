/**
 * The log read for people and for receivers, while it is written: newest first, by query, from a
 * record on.
 *
 * <p>May import: {@code record}, {@code file}. Must not: write.
 */
@NullMarked
package dev.dbg.audit.read;

import org.jspecify.annotations.NullMarked;
