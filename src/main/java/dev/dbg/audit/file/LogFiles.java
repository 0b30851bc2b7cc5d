package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The files of a log as they were at one moment, while dbgd may write it. The current file is held
 * open: if it were opened later, by then renamed, its records would be read twice or not at all.
 *
 * <p>For one thread.
 *
 * @param segments all files, the oldest first
 * @param current the current file; null if there is none
 */
public record LogFiles(List<Segment> segments, @Nullable FileChannel current) implements Closeable {
  /** Opens the log in {@code directory}. */
  public static LogFiles of(Path directory) throws IOException {
    while (true) {
      List<Segment> segments = Segment.in(directory);
      LogFiles files = new LogFiles(segments, current(directory));
      boolean settled = false;
      try {
        // A listing during a rename may show a file under both names, or under neither.
        settled = files.isCurrentHeld() && Segment.in(directory).equals(segments);
        if (settled) {
          return files;
        }
      } finally {
        if (!settled) {
          files.close();
        }
      }
    }
  }

  private static @Nullable FileChannel current(Path directory) throws IOException {
    try {
      return FileChannel.open(directory.resolve(Segment.FILE), StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      // Only segments were copied, or dbgd is about to create the next file.
      return null;
    }
  }

  private boolean isCurrentHeld() {
    boolean listed = !segments.isEmpty() && segments.getLast().isCurrent();
    return listed == (current != null);
  }

  /**
   * Opens a file for reading from its beginning to its present end. May be called once for each
   * file.
   *
   * @throws NoSuchFileException if it was removed meanwhile
   */
  public InputStream open(Segment segment) throws IOException {
    return new BlockStream(walk(segment, BlockWalk.FORWARD));
  }

  BlockWalk walk(Segment segment, int step) throws IOException {
    if (segment.isCurrent()) {
      Blocks blocks = new Blocks.Plain(Objects.requireNonNull(current));
      return new BlockWalk(blocks, step);
    }
    try {
      return segment.walk(step);
    } catch (NoSuchFileException e) {
      return segment.compressedSince().walk(step);
    }
  }

  /** Whether a file still exists. The current one is held open, so it always does. */
  public boolean isThere(Segment segment) throws IOException {
    return segment.isCurrent()
        || Segment.isThere(segment.path())
        || Segment.isThere(segment.compressedSince().path());
  }

  @Override
  public void close() throws IOException {
    if (current != null) {
      current.close();
    }
  }
}
