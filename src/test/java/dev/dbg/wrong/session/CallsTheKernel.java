package dev.dbg.wrong.session;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** Uses JNR outside the kernel room. */
public final class CallsTheKernel {
  @Nullable Pointer memory;
}
