/**
 * The kernel's concepts, one class each, with the kernel's names. This is the only package that
 * imports JNR. All native calls go through one class ({@code Native}), which alone retries EINTR,
 * and report errors in one way ({@link dev.dbg.kernel.KernelException}).
 *
 * <p>May import: {@code model}. Must not: make decisions.
 */
@NullMarked
package dev.dbg.kernel;

import org.jspecify.annotations.NullMarked;
