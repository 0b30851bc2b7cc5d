package dev.dbg.audit.file;

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
  private long next;
  private byte[] block = new byte[0];
  private int at;

  private GzipStream(Path path, FileChannel file) throws IOException {
    this.path = path;
    this.file = file;
    this.size = file.size();
  }

  static GzipStream open(Path path) throws IOException {
    return new GzipStream(path, FileChannel.open(path, StandardOpenOption.READ));
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (at == block.length) {
      if (next >= size) {
        return -1;
      }
      int member = GzipBlocks.length(path, file, next);
      block = GzipBlocks.inflate(path, GzipBlocks.read(file, next, member), next);
      next += member;
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
    file.close();
  }
}
