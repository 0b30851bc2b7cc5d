package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.model.ByteSize;

/**
 * The files to which dbg-enter records a tool's output, {@code recording.c}. Their owner closes
 * them.
 *
 * @param output for the bytes
 * @param timing for the times of the bytes
 * @param most the largest size of each
 */
public record RecordingFds(Fd output, Fd timing, ByteSize most) {}
