package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.trace.Trace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The stages of dbg-enter and of the tool, which dbg-enter tells through a pipe if dbgd keeps a
 * trace, {@code trace.c}. For the session's thread.
 */
record HelperTrace(Optional<Pipe> pipe) implements AutoCloseable {
  private static final int LONGEST = 4096;

  static HelperTrace open() throws KernelException {
    return new HelperTrace(Trace.isOn() ? Optional.of(Pipe.openForRest()) : Optional.empty());
  }

  /** The end that dbg-enter writes to. */
  Optional<Fd> writer() {
    return pipe.map(Pipe::writer);
  }

  /** The process has ended: adds its stages, each of which lasts until the next begins. */
  void end() {
    if (pipe.isEmpty()) {
      return;
    }
    long ended = System.nanoTime();
    List<String> lines =
        new String(pipe.get().rest(LONGEST), StandardCharsets.US_ASCII).lines().toList();
    String row = "child of " + Thread.currentThread().getName();
    for (int i = 0; i < lines.size(); i++) {
      long next = i + 1 < lines.size() ? began(lines.get(i + 1)) : ended;
      Trace.add(row, lines.get(i).split(" ", 2)[0], began(lines.get(i)), next);
    }
  }

  private static long began(String line) {
    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
  }

  @Override
  public void close() {
    pipe.ifPresent(Pipe::close);
  }
}
