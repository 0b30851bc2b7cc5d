/**
 * The contents of a record and its links to its neighbours: events, fields, the chain of hashes.
 *
 * <p>May import: {@code model}. Must not: open a file.
 */
@NullMarked
package dev.dbg.audit.record;

import org.jspecify.annotations.NullMarked;
