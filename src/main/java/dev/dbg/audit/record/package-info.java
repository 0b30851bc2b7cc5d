/**
 * What a record says, and what binds it to its neighbours: events, facts, the chain of hashes.
 *
 * <p>May import: nothing but {@code model}. Must not: open a file.
 */
@NullMarked
package dev.dbg.audit.record;

import org.jspecify.annotations.NullMarked;
