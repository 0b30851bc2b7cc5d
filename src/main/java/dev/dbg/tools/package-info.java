/**
 * The catalogue: which of the host's tools may be run at all, with which arguments, and what the
 * kernel lets each do.
 *
 * <p>May import: {@code model}, {@code toml}. Must not: touch the kernel or a file; whether a tool
 * is installed is found out where it is run.
 */
@NullMarked
package dev.dbg.tools;

import org.jspecify.annotations.NullMarked;
