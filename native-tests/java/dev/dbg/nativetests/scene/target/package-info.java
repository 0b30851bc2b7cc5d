/**
 * What a tool can be run in: containers of every kind and bare processes; and nsenter, the oracle,
 * which enters the same.
 *
 * <p>May import: {@code machine}, {@code measure}. Must not: start an engine.
 */
@NullMarked
package dev.dbg.nativetests.scene.target;

import org.jspecify.annotations.NullMarked;
