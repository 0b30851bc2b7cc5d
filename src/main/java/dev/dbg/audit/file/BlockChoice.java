package dev.dbg.audit.file;

import java.io.Closeable;

/**
 * Chooses the blocks of a compressed segment that have to be read. The lines that touch a block
 * which is left out are left out too, as a whole.
 *
 * <p>For one thread.
 */
public interface BlockChoice extends Closeable {
  BlockChoice ALL = block -> true;

  /** Whether to read a block, counted from 0. */
  boolean isWanted(int block);

  @Override
  default void close() {
    // Most hold nothing open.
  }

  /** Makes a choice for each segment. */
  interface OfSegments {
    OfSegments ALL = (segment, blocks) -> BlockChoice.ALL;

    BlockChoice of(Segment segment, GzipBlocks blocks);
  }
}
