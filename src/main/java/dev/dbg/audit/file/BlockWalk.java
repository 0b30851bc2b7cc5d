package dev.dbg.audit.file;

import org.jspecify.annotations.Nullable;

/**
 * Goes over the blocks of a segment, in either direction, as a {@link BlockChoice} says. Asks about
 * each block once.
 */
final class BlockWalk {
  private final int count;
  private final int step;
  private final BlockChoice choice;
  private int block;
  private boolean wanted;
  private boolean afterGap;

  /** A block that is to be read, and whether its neighbours are left out. */
  record Stop(int block, boolean afterGap, boolean beforeGap, int step) {
    /** Leaves out the parts of lines that continue in a block left out. */
    void cut(Chunk block) {
      boolean gapInFront = step > 0 ? afterGap : beforeGap;
      boolean gapBehind = step > 0 ? beforeGap : afterGap;
      byte[] bytes = block.bytes();
      int from = block.from();
      int to = block.to();
      while (gapInFront && from < to && bytes[from++] != '\n') {
        // Up to the first line that begins here.
      }
      while (gapBehind && to > from && bytes[to - 1] != '\n') {
        to--;
      }
      block.narrow(from, to);
    }
  }

  private BlockWalk(int count, int first, int step, BlockChoice choice) {
    this.count = count;
    this.block = first;
    this.step = step;
    this.choice = choice;
    this.wanted = isIn(first) && choice.isWanted(first);
  }

  static BlockWalk forward(int count, BlockChoice choice) {
    return new BlockWalk(count, 0, 1, choice);
  }

  static BlockWalk backward(int count, BlockChoice choice) {
    return new BlockWalk(count, count - 1, -1, choice);
  }

  private boolean isIn(int number) {
    return number >= 0 && number < count;
  }

  /** Advances to the next block that is to be read; null at the end. */
  @Nullable Stop next() {
    while (isIn(block)) {
      int here = block;
      boolean read = wanted;
      boolean gap = afterGap;
      block += step;
      wanted = isIn(block) && choice.isWanted(block);
      afterGap = !read;
      if (read) {
        return new Stop(here, gap, isIn(block) && !wanted, step);
      }
    }
    return null;
  }
}
