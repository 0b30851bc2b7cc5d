package dev.dbg.reader;

import dev.dbg.kernel.process.MappedFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a reader small. Most of the code that is in its memory was used by its start alone, and the
 * kernel maps what is read again in pieces of up to two megabytes: so the pages of files are given
 * back each second, also while it reads. The heap is collected once when nobody has asked for a
 * while: the serial collector would rather let it grow.
 */
final class ReaderMemory {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final int IDLE_AFTER = 5;

  /** Questions that are being answered. */
  private final AtomicInteger asked = new AtomicInteger();

  // Used by the one thread.
  private int idle;

  /** Looks after the memory of this process from now on. */
  static ReaderMemory watched() {
    ReaderMemory memory = new ReaderMemory();
    Thread _ = Thread.ofPlatform().name("memory").daemon().start(memory::look);
    return memory;
  }

  /** Gives an answer; until it is given, the heap is not collected. */
  void during(Runnable answer) {
    int _ = asked.incrementAndGet();
    try {
      answer.run();
    } finally {
      int _ = asked.decrementAndGet();
    }
  }

  private void look() {
    try {
      while (true) {
        Thread.sleep(EVERY);
        idle = asked.get() == 0 ? idle + 1 : 0;
        if (idle == IDLE_AFTER) {
          System.gc();
        }
        MappedFiles.giveBack();
      }
    } catch (InterruptedException | IOException e) {
      // It keeps its memory then, and ends a minute after the last question.
    }
  }
}
