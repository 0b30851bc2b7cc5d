/**
 * {@code dbg doctor}: exercises each feature that dbgd needs on this host.
 *
 * <p>Each check exercises a feature as a session would, and leaves nothing behind. A check never
 * throws: a failure is a finding.
 *
 * <p>Must not: decide who sees a finding ({@code answer} does that), or compare version numbers.
 */
@NullMarked
package dev.dbg.doctor;

import org.jspecify.annotations.NullMarked;
