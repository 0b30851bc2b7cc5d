package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.model.ByteSize;

/**
 * Where dbg-enter keeps what a tool writes, {@code recording.c}. The descriptors stay their owner's
 * to close.
 *
 * @param output for the bytes
 * @param timing for when they came
 * @param most how large either may become
 */
public record RecordingFds(Fd output, Fd timing, ByteSize most) {}
