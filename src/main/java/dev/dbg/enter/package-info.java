/**
 * What to join and what to show: a pure plan ({@code Plan}), the file view a tool sees ({@code
 * ToolView}, {@code Box}), and the one-use thread that goes in ({@code Entry}).
 *
 * <p>May import: {@code resolve}, {@code tools} and below. Must not: decide whether.
 */
@NullMarked
package dev.dbg.enter;

import org.jspecify.annotations.NullMarked;
