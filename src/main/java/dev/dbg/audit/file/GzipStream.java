package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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
  private final Chunk block = new Chunk();

  /** The blocks, one after the other. */
  private interface Blocks extends Closeable {
    /** Reads the next block, which may be empty; false at the end. */
    boolean next() throws IOException;

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
    public boolean next() throws IOException {
      if (next >= size) {
        return false;
      }
      next += inflate(next);
      return true;
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
    public boolean next() throws IOException {
      BlockWalk.Stop stop = walk.next();
      if (stop == null) {
        return false;
      }
      int _ = inflate(frames.offsets().get(stop.block()));
      stop.cut(block);
      return true;
    }

    @Override
    public void close() {
      choice.close();
    }
  }

  /** Reads the block at {@code from}, and returns its length in the file. */
  private int inflate(long from) throws IOException {
    int length = GzipBlocks.length(path, file, from);
    GzipBlocks.inflate(path, GzipBlocks.read(file, from, length), from, block);
    return length;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (block.isEmpty()) {
      if (!blocks.next()) {
        return -1;
      }
    }
    int count = Math.min(length, block.to() - block.from());
    System.arraycopy(block.bytes(), block.from(), into, offset, count);
    block.narrow(block.from() + count, block.to());
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
