/**
 * Numbers about dbgd, for monitoring: counters, the format in which they are written, and the file.
 *
 * <p>May import: {@code kernel} and below. Must not: know an operator, a container or an argument,
 * which the file's readers may not know either.
 */
@NullMarked
package dev.dbg.metrics;

import org.jspecify.annotations.NullMarked;
