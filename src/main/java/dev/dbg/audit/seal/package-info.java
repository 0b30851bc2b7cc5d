/**
 * Signed statements of how far the chain had come, and the keys that are used once.
 *
 * <p>May import: {@code record}, {@code file}. Must not: keep a key that has been used.
 */
@NullMarked
package dev.dbg.audit.seal;

import org.jspecify.annotations.NullMarked;
