/**
 * The packets between dbg and dbgd, dbg-protocol(7): converts bytes to values and back, with limits
 * and checks.
 *
 * <p>May import: {@code kernel} and below. Must not: interpret a request.
 */
@NullMarked
package dev.dbg.wire;

import org.jspecify.annotations.NullMarked;
