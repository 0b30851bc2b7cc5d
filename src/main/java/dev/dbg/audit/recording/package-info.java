/**
 * The output of recorded sessions, in two files each.
 *
 * <p>May import: {@code record}, {@code file}, {@code kernel}, {@code model}. Must not: show them
 * to anybody.
 */
@NullMarked
package dev.dbg.audit.recording;

import org.jspecify.annotations.NullMarked;
