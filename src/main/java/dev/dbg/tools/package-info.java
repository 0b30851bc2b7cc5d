/**
 * The catalogue: which of the host's tools may be run at all, with which arguments, and with which
 * rights.
 *
 * <p>May import: {@code model}, {@code toml}. Must not: touch the kernel or a file. Whether a tool
 * is installed is checked when it is run.
 */
@NullMarked
package dev.dbg.tools;

import org.jspecify.annotations.NullMarked;
