package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.model.amount.ByteSize;

/**
 * The files to which dbg-enter records a tool's output and the times of its bytes, {@code
 * recording.c}; {@code most} is the largest size of each. Their owner closes them.
 */
public record RecordingFds(Fd output, Fd timing, ByteSize most) {}
