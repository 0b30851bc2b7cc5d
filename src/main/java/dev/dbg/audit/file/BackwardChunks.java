package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads a file's bytes in chunks, from its end to its beginning. */
public interface BackwardChunks extends Closeable {
  /** The chunk before the one returned last; empty at the file's beginning. */
  byte[] before() throws IOException;

  /**
   * Opens a segment, compressed or not. Bytes that are appended after the opening are not read.
   *
   * @param search what it does not need may be left out
   */
  static BackwardChunks of(Segment segment, LogSearch search) throws IOException {
    return segment.compressed() ? GzipBlocks.open(segment, search) : new Plain(segment.path());
  }

  /** An uncompressed file. */
  final class Plain implements BackwardChunks {
    private static final int CHUNK = 64 * 1024;

    private final FileChannel file;
    private long start;

    Plain(Path path) throws IOException {
      this(FileChannel.open(path, StandardOpenOption.READ));
    }

    Plain(FileChannel file) throws IOException {
      this.file = file;
      this.start = file.size();
    }

    @Override
    public byte[] before() throws IOException {
      int length = (int) Math.min(CHUNK, start);
      start -= length;
      ByteBuffer chunk = ByteBuffer.allocate(length);
      while (chunk.hasRemaining() && file.read(chunk, start + chunk.position()) >= 0) {
        // Until the chunk is complete.
      }
      return chunk.array();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
