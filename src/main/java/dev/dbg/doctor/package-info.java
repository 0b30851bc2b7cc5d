/**
 * What this host lets dbgd do, found out by doing it: {@code dbg doctor}. Each {@link
 * dev.dbg.doctor.HostCheck} tries one thing as a session would and leaves nothing behind.
 *
 * <p>May import: everything below. Must not: decide who is shown what, which {@code answer} does,
 * or look up version numbers.
 */
@NullMarked
package dev.dbg.doctor;

import org.jspecify.annotations.NullMarked;
