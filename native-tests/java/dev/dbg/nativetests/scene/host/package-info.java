/**
 * A host with its own dbgd: how it is configured, started and ended, what runs beside it, and what
 * it holds.
 *
 * <p>May import: {@code engine}, {@code log}, {@code machine}, {@code measure}, {@code target},
 * {@code user}, {@code words}. Must not: be imported by the other packages of the scene.
 */
@NullMarked
package dev.dbg.nativetests.scene.host;

import org.jspecify.annotations.NullMarked;
