/**
 * The audit log of a dbgd: its records and its chain, read without dbg's own code.
 *
 * <p>May import: {@code measure}. Must not: write to it.
 */
@NullMarked
package dev.dbg.nativetests.scene.log;

import org.jspecify.annotations.NullMarked;
