/**
 * Writes the log: makes records durable in groups, seals them, and rotates, compresses and removes
 * segments.
 *
 * <p>May import: {@code record}, {@code file}, {@code seal}, {@code recording}, {@code kernel},
 * {@code model}, {@code trace}. Must not: decide, or delay beyond the disk.
 */
@NullMarked
package dev.dbg.audit.write;

import org.jspecify.annotations.NullMarked;
