/**
 * The kernel's concepts, one file each, named by the kernel's word. The only room that imports JNR:
 * one door to native code ({@code Native}), one error contract ({@link
 * dev.dbg.kernel.KernelException}), EINTR retried there and nowhere else.
 *
 * <p>May import: {@code model}. Must not: decide anything.
 */
@NullMarked
package dev.dbg.kernel;

import org.jspecify.annotations.NullMarked;
