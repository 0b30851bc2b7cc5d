/**
 * The log that people review: one JSON object a line, chained by hashes, durable before anything
 * happens.
 *
 * <p>May import: {@code kernel} and below. Must not: decide or delay beyond the disk.
 */
@NullMarked
package dev.dbg.audit;

import org.jspecify.annotations.NullMarked;
