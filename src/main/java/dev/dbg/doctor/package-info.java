/**
 * {@code dbg doctor}: exercises each feature that dbgd needs on this host.
 *
 * <p>Must not: decide who sees a finding ({@code answer} does that), or compare version numbers.
 */
@NullMarked
package dev.dbg.doctor;

import org.jspecify.annotations.NullMarked;
