/**
 * {@code dbg doctor}: what dbgd can do on this host, found by doing it.
 *
 * <p>May import: everything below. Must not: decide who sees a finding, which {@code answer} does,
 * or compare version numbers.
 */
@NullMarked
package dev.dbg.doctor;

import org.jspecify.annotations.NullMarked;
