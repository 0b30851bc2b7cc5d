/**
 * The nouns every room shares: plain values, no behaviour beyond reading and printing themselves.
 *
 * <p>May import: nothing of dbg. Must not: touch a file, a clock or the kernel.
 */
@NullMarked
package dev.dbg.model;

import org.jspecify.annotations.NullMarked;
