/**
 * A copy of each record in the host's journal.
 *
 * <p>May import: {@code message}, {@code record}, {@code kernel}. Must not: read the log, or delay
 * its writers.
 */
@NullMarked
package dev.dbg.audit.journal;

import org.jspecify.annotations.NullMarked;
