/**
 * Seals: signed statements of how far the chain had come, and their keys, each used once.
 *
 * <p>May import: {@code record}, {@code file}. Must not: keep a used key.
 */
@NullMarked
package dev.dbg.audit.seal;

import org.jspecify.annotations.NullMarked;
