/**
 * {@code dbg doctor}: tries each feature that dbgd needs on this host.
 *
 * <p>Each check uses a feature as a session would, and leaves nothing behind. A failed check
 * returns a finding; it throws nothing.
 *
 * <p>Must not: decide who sees a finding ({@code answer} does that), or compare version numbers.
 */
@NullMarked
package dev.dbg.doctor;

import org.jspecify.annotations.NullMarked;
