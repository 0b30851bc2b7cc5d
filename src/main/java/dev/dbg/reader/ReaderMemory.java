package dev.dbg.reader;

import dev.dbg.kernel.process.MappedFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a reader process small. Each second the pages of mapped files are returned to the kernel,
 * since most were used only by the start. The heap is collected after an idle period: by itself the
 * serial collector would let it grow.
 */
final class ReaderMemory {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final int IDLE_AFTER = 5;

  /** The number of questions that are being answered. */
  private final AtomicInteger asked = new AtomicInteger();

  // Used only by the one thread.
  private int idle;

  /** Starts a thread that watches this process's memory. */
  static ReaderMemory watched() {
    ReaderMemory memory = new ReaderMemory();
    Thread _ = Thread.ofPlatform().name("memory").daemon().start(memory::look);
    return memory;
  }

  /** Runs {@code answer}; meanwhile the heap is not collected. */
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
      // The memory stays, and the process ends a minute after its last question.
    }
  }
}
