package dev.dbg.audit.file;

/**
 * Chooses the blocks of a compressed segment that have to be read. The lines that touch a block
 * which is left out are left out too, as a whole.
 *
 * <p>For one thread.
 */
public interface BlockChoice {
  BlockChoice ALL = block -> true;

  /** Whether to read a block, counted from 0. */
  boolean isWanted(int block);

  /** Makes a choice for each segment. */
  interface OfSegments {
    OfSegments ALL = (segment, blocks) -> BlockChoice.ALL;

    BlockChoice of(Segment segment, GzipBlocks blocks);
  }
}
