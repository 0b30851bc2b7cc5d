/**
 * Whether a log is as it was written, from its files alone.
 *
 * <p>May import: {@code record}, {@code file}, {@code seal}, {@code recording}. Must not: write, or
 * believe what it reads.
 */
@NullMarked
package dev.dbg.audit.verify;

import org.jspecify.annotations.NullMarked;
