/**
 * Entering a container: the one-use thread that joins and spawns ({@code Entry}), the helper that
 * it spawns ({@code Helper}), and what the helper is given.
 *
 * <p>May import: {@code toolroot}, {@code plan}, {@code resolve} and below. Must not: decide
 * whether.
 */
@NullMarked
package dev.dbg.enter;

import org.jspecify.annotations.NullMarked;
