/**
 * The log's end: records made durable together, sealed, put aside, compressed, removed.
 *
 * <p>May import: the rooms above, and {@code kernel}. Must not: decide, or delay beyond the disk.
 */
@NullMarked
package dev.dbg.audit.write;

import org.jspecify.annotations.NullMarked;
