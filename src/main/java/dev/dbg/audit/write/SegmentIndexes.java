package dev.dbg.audit.write;

import dev.dbg.audit.file.Segment;
import dev.dbg.audit.index.IndexWriter;
import dev.dbg.audit.index.SegmentIndex;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an index for each compressed segment. Readers do without one, so a failure is logged and
 * stops nothing.
 *
 * <p>For one thread.
 */
final class SegmentIndexes {
  private static final Logger LOG = LoggerFactory.getLogger("audit");

  private final Path directory;

  /** Segments whose index was found, or could not be made; they are not looked at again. */
  private final Set<Long> settled = new HashSet<>();

  SegmentIndexes(Path directory) {
    this.directory = directory;
  }

  /**
   * Removes indexes without a segment, and makes one that is missing, of the newest segment first.
   * At most one, because an older dbgd may have left hundreds: sessions need the processor too.
   */
  void keep(List<Segment> segments) throws IOException {
    Set<Path> wanted = new HashSet<>();
    for (Segment segment : segments) {
      wanted.add(segment.index());
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "audit-*.index")) {
      for (Path file : files) {
        if (!wanted.contains(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
    for (Segment segment : segments.reversed()) {
      if (segment.compressed() && settled.add(segment.first()) && !isThere(segment)) {
        make(segment);
        return;
      }
    }
  }

  private static boolean isThere(Segment segment) {
    try {
      return SegmentIndex.isThere(segment);
    } catch (IOException e) {
      // A damaged segment gets no index.
      return true;
    }
  }

  /** Makes the index of a segment. */
  void make(Segment segment) {
    settled.add(segment.first());
    try {
      IndexWriter.write(segment);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} has no index, and dbg audit reads it whole: {}", segment.name(), e.toString());
    }
  }
}
