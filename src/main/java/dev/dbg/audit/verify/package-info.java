/**
 * Verifies from a log's files alone that the log is as it was written.
 *
 * <p>May import: {@code record}, {@code file}, {@code seal}, {@code recording}, {@code model}. Must
 * not: write, or trust what it reads.
 */
@NullMarked
package dev.dbg.audit.verify;

import org.jspecify.annotations.NullMarked;
