/**
 * The values that all packages share; they can only parse and print themselves.
 *
 * <p>May import: nothing of dbg. Must not: touch a file, a clock or the kernel.
 */
@NullMarked
package dev.dbg.model;

import org.jspecify.annotations.NullMarked;
