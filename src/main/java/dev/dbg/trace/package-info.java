/**
 * Where the time of a session goes: the stages of each thread, in a file for people to look at.
 *
 * <p>May import: nothing of dbg. Must not: know an operator, a container or an argument, or take
 * time when nobody asked for a trace.
 */
@NullMarked
package dev.dbg.trace;

import org.jspecify.annotations.NullMarked;
