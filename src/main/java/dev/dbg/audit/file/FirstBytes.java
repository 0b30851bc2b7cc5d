package dev.dbg.audit.file;

import java.io.IOException;
import java.io.InputStream;

/**
 * The first so many bytes of a stream: of a file that is being written, those that it had. What it
 * grows by while it is read may be half a record.
 *
 * <p>For one thread.
 */
final class FirstBytes extends InputStream {
  private final InputStream all;
  private long left;

  FirstBytes(InputStream all, long count) {
    this.all = all;
    this.left = count;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int count = all.read(into, offset, (int) Math.min(length, left));
    left -= Math.max(count, 0);
    return count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public void close() throws IOException {
    all.close();
  }
}
