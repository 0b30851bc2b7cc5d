package dev.dbg.audit.file;

/**
 * What of a log may be left out when it is read for something.
 *
 * @param text lines that do not contain it may be left out
 * @param blocks chooses the blocks of segments
 */
public record LogSearch(Prefilter text, BlockChoice.OfSegments blocks) {
  /** Nothing is left out. */
  public static final LogSearch ALL = new LogSearch(Prefilter.NONE, BlockChoice.OfSegments.ALL);
}
