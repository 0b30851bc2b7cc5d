package dev.dbg.audit.index;

import dev.dbg.audit.file.BlockChoice;
import dev.dbg.audit.file.GzipBlocks;
import dev.dbg.audit.file.Segment;
import java.io.IOException;
import java.util.NavigableSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Chooses blocks by the indexes of their segments. A segment that has no index of its own is read
 * whole.
 */
public final class SegmentIndex {
  private SegmentIndex() {}

  /**
   * The blocks that may hold what is looked for, for reading backwards to a segment whose records
   * are all too old: of that one the first block.
   */
  public static BlockChoice backward(Sought sought) {
    return (segment, blocks) ->
        IndexFile.rows(segment, blocks)
            .<IntPredicate>map(
                rows -> {
                  boolean over =
                      IntStream.range(0, blocks.count())
                          .allMatch(block -> sought.isOver(rows.apply(block)));
                  return block -> (over && block == 0) || sought.mayBeIn(rows.apply(block));
                })
            .orElse(block -> true);
  }

  /** The blocks that may hold what is looked for. */
  public static BlockChoice forward(Sought sought) {
    return choices(sought::mayBeIn);
  }

  /** The blocks that may hold records with these numbers. */
  public static BlockChoice of(NavigableSet<Long> numbers) {
    return choices(
        row -> {
          Long next = numbers.ceiling(row.first());
          return row.has(BlockRow.UNCLEAR) || (next != null && next <= row.last());
        });
  }

  /** Whether a segment has an index. */
  public static boolean isThere(Segment segment) throws IOException {
    try (GzipBlocks blocks = GzipBlocks.open(segment.path())) {
      return IndexFile.rows(segment, blocks).isPresent();
    }
  }

  private static BlockChoice choices(Predicate<BlockRow> wanted) {
    return (segment, blocks) ->
        IndexFile.rows(segment, blocks)
            .<IntPredicate>map(rows -> block -> wanted.test(rows.apply(block)))
            .orElse(block -> true);
  }
}
