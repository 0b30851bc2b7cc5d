package dev.dbg.audit.file;

import java.util.function.IntPredicate;

/**
 * Chooses the blocks of a compressed segment that have to be read. The lines that touch a block
 * which is left out are left out too, as a whole.
 *
 * <p>For one thread.
 */
public interface BlockChoice {
  BlockChoice ALL = (segment, blocks) -> block -> true;

  /** Tells of each block, counted from 0, whether to read it. */
  IntPredicate of(Segment segment, GzipBlocks blocks);
}
