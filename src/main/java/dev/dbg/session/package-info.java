/**
 * A session, from a request to the record of its end. {@code Session.run} is the list of dbgd(8)'s
 * section "One request", one line a stage.
 *
 * <p>May import: everything below. Must not: do a stage's work itself.
 */
@NullMarked
package dev.dbg.session;

import org.jspecify.annotations.NullMarked;
