package dev.dbg.enter;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.trace.Trace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stages of dbg-enter and of the tool, which dbg-enter tells through a pipe if dbgd keeps a
 * trace, {@code trace.c}. For the session's thread.
 */
final class HelperTrace {
  private static final int LONGEST = 4096;

  private HelperTrace() {}

  /** The pipe; null without a trace. */
  static @Nullable Pipe open() throws KernelException {
    return Trace.isOn() ? Pipe.openForRest() : null;
  }

  /** The process has ended: adds its stages, each of which lasts until the next begins. */
  static void end(@Nullable Pipe pipe) {
    if (pipe == null) {
      return;
    }
    long ended = System.nanoTime();
    List<String> lines = new String(pipe.rest(LONGEST), StandardCharsets.US_ASCII).lines().toList();
    String row = "child of " + Thread.currentThread().getName();
    for (int i = 0; i < lines.size(); i++) {
      long next = i + 1 < lines.size() ? began(lines.get(i + 1)) : ended;
      Trace.add(row, lines.get(i).split(" ", 2)[0], began(lines.get(i)), next);
    }
  }

  private static long began(String line) {
    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
  }
}
