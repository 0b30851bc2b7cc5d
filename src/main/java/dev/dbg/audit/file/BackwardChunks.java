package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads a file's bytes in chunks, from its end to its beginning. */
public abstract sealed class BackwardChunks implements Closeable
    permits GzipBlocks, BackwardChunks.Plain {
  /**
   * The chunk before the one returned last, whose buffer may be filled again from then on; empty at
   * the file's beginning.
   */
  abstract Chunk before() throws IOException;

  /**
   * Opens a segment, compressed or not. Bytes that are appended after the opening are not read.
   *
   * @param search what it does not need may be left out
   */
  public static BackwardChunks of(Segment segment, LogSearch search) throws IOException {
    return segment.compressed() ? GzipBlocks.open(segment, search) : new Plain(segment.path());
  }

  /** An uncompressed file. */
  static final class Plain extends BackwardChunks {
    private static final int CHUNK = 64 * 1024;

    private final FileChannel file;
    private final Chunk chunk = new Chunk();
    private long start;

    Plain(Path path) throws IOException {
      this(FileChannel.open(path, StandardOpenOption.READ));
    }

    Plain(FileChannel file) throws IOException {
      this.file = file;
      this.start = file.size();
    }

    @Override
    Chunk before() throws IOException {
      int length = (int) Math.min(CHUNK, start);
      start -= length;
      chunk.read(file, start, length);
      return chunk;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
