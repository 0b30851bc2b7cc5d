package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Goes over the blocks of a file, in either direction. Some blocks are read in advance; those of a
 * compressed file are inflated in parallel.
 *
 * <p>For one thread.
 */
final class BlockWalk implements Closeable {
  static final int FORWARD = 1;
  static final int BACKWARD = -1;

  /** How many blocks are read in advance. Whole logs are read forward. */
  private static final int AHEAD_FORWARD = 4;

  private static final int AHEAD_BACKWARD = 2;

  private final Blocks blocks;
  private final int step;
  private final int most;
  private final Executor reader;
  private final ArrayDeque<CompletableFuture<Block>> ahead = new ArrayDeque<>();
  private final ArrayDeque<Block> free = new ArrayDeque<>();
  private Block returned = new Block();
  private int number;

  /** {@code step} is {@link #FORWARD} or {@link #BACKWARD}. */
  BlockWalk(Blocks blocks, int step) {
    this.blocks = blocks;
    this.step = step;
    this.most = step == FORWARD ? AHEAD_FORWARD : AHEAD_BACKWARD;
    this.reader = blocks instanceof GzipBlocks ? Thread::startVirtualThread : Runnable::run;
    this.number = step == FORWARD ? 0 : blocks.count() - 1;
  }

  private boolean isThere() {
    return number >= 0 && number < blocks.count();
  }

  /** The next block, whose buffer may be filled again from the next call on; empty at the end. */
  Block next() throws IOException {
    do {
      free.add(returned);
      readAhead();
      CompletableFuture<Block> next = ahead.poll();
      if (next == null) {
        return new Block();
      }
      returned = joined(next);
    } while (returned.isEmpty());
    return returned;
  }

  private void readAhead() {
    while (ahead.size() < most && isThere()) {
      int here = number;
      Block into = free.isEmpty() ? new Block() : free.remove();
      ahead.add(CompletableFuture.supplyAsync(() -> read(here, into), reader));
      number += step;
    }
  }

  private Block read(int wanted, Block into) {
    try {
      blocks.read(wanted, into);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return into;
  }

  private static Block joined(CompletableFuture<Block> block) throws IOException {
    try {
      return block.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof UncheckedIOException unreadable
          ? unreadable.getCause()
          : new IOException(e.getCause());
    }
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}
