package dev.dbg.kernel;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.check;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** All that a descriptor has, read(2), up to a limit. */
public final class BoundedRead {
  private static final int CHUNK = 1 << 13;

  private BoundedRead() {}

  /**
   * Reads to the end.
   *
   * @throws IOException when there are more than {@code most} bytes
   */
  public static byte[] all(Fd fd, String name, int most) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    while (true) {
      int got = (int) check("read", name, () -> LIBC.read(fd.number(), chunk, CHUNK));
      if (got == 0) {
        return all.toByteArray();
      }
      if (all.size() + got > most) {
        throw new IOException("%s has more than %d bytes".formatted(name, most));
      }
      all.write(chunk, 0, got);
    }
  }
}
