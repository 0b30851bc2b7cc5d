package dev.dbg.wrong.session;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** Knows native memory outside the kernel room. */
public final class CallsTheKernel {
  @Nullable Pointer memory;
}
