/**
 * The packets between dbg and dbgd, dbg-protocol(7): bytes to values and back, bounded and checked.
 *
 * <p>May import: {@code kernel} and below. Must not: know what a request means.
 */
@NullMarked
package dev.dbg.wire;

import org.jspecify.annotations.NullMarked;
