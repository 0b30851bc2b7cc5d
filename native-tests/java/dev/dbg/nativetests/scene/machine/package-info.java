/**
 * The machine that the tests run on: what all of them share, commands and how they ended,
 * processes, control groups and disks.
 *
 * <p>May import: {@code log}, {@code measure}. Must not: know an engine or start a dbgd.
 */
@NullMarked
package dev.dbg.nativetests.scene.machine;

import org.jspecify.annotations.NullMarked;
