package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of {@link GzipBlocks} from its beginning. At a damaged block, reading fails and
 * names the position; Java's GZIPInputStream ends silently at a member whose header is damaged.
 *
 * <p>For one thread.
 */
final class GzipStream extends InputStream {
  private final Path path;
  private final FileChannel file;
  private final long size;
  private final Blocks blocks;
  private byte[] block = new byte[0];
  private int at;

  /** The blocks, one after the other. */
  private interface Blocks extends Closeable {
    /** The next block, which may be empty; null at the end. */
    byte @Nullable [] next() throws IOException;

    @Override
    default void close() {
      // Most hold nothing open.
    }
  }

  private GzipStream(Path path, FileChannel file) throws IOException {
    this.path = path;
    this.file = file;
    this.size = file.size();
    this.blocks = new AllBlocks();
  }

  private GzipStream(Segment segment, FileChannel file, BlockChoice.OfSegments choices)
      throws IOException {
    this.path = segment.path();
    this.file = file;
    this.size = file.size();
    this.blocks = new ChosenBlocks(segment, choices);
  }

  static GzipStream open(Path path) throws IOException {
    return new GzipStream(path, FileChannel.open(path, StandardOpenOption.READ));
  }

  /** Opens a segment for reading the blocks that are chosen. */
  static GzipStream open(Segment segment, BlockChoice.OfSegments choices) throws IOException {
    FileChannel file = FileChannel.open(segment.path(), StandardOpenOption.READ);
    boolean opened = false;
    try {
      GzipStream stream = new GzipStream(segment, file, choices);
      opened = true;
      return stream;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private final class AllBlocks implements Blocks {
    private long next;

    @Override
    public byte @Nullable [] next() throws IOException {
      if (next >= size) {
        return null;
      }
      byte[] inflated = inflate(next);
      next += GzipBlocks.length(path, file, next);
      return inflated;
    }
  }

  private final class ChosenBlocks implements Blocks {
    private final BlockFrames frames;
    private final BlockChoice choice;
    private final BlockWalk walk;

    ChosenBlocks(Segment segment, BlockChoice.OfSegments choices) throws IOException {
      frames = BlockFrames.of(path, file);
      choice = choices.of(segment, frames);
      walk = BlockWalk.forward(frames.count(), choice);
    }

    @Override
    public byte @Nullable [] next() throws IOException {
      BlockWalk.Stop stop = walk.next();
      return stop == null ? null : stop.cut(inflate(frames.offsets().get(stop.block())));
    }

    @Override
    public void close() {
      choice.close();
    }
  }

  private byte[] inflate(long from) throws IOException {
    int length = GzipBlocks.length(path, file, from);
    return GzipBlocks.inflate(path, GzipBlocks.read(file, from, length), from);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (at == block.length) {
      byte[] next = blocks.next();
      if (next == null) {
        return -1;
      }
      block = next;
      at = 0;
    }
    int count = Math.min(length, block.length - at);
    System.arraycopy(block, at, into, offset, count);
    at += count;
    return count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public void close() throws IOException {
    blocks.close();
    file.close();
  }
}
