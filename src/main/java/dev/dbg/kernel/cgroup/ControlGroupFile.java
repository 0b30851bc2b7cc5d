package dev.dbg.kernel.cgroup;

import static dev.dbg.kernel.Native.check;
import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.KernelText;
import dev.dbg.kernel.LibC;
import java.nio.charset.StandardCharsets;

/**
 * A file of a control group, cgroups(7), held open, so that a thread in another mount namespace can
 * still use it. Any thread may use it; the kernel checks the credentials of the thread that opened
 * it.
 */
public record ControlGroupFile(Fd fd, String name) implements AutoCloseable {
  /** More than the longest file that is read: a line per process or counter. */
  private static final int LARGEST = 1 << 16;

  private static final int CHUNK = 1024;

  /** Its present content, at most 64 KiB. */
  public String read() throws KernelException {
    byte[] chunk = new byte[CHUNK];
    StringBuilder text = new StringBuilder();
    while (text.length() < LARGEST) {
      long offset = text.length();
      int got = (int) check("read", name, () -> LibC.pread(fd.number(), chunk, CHUNK, offset));
      if (got == 0) {
        break;
      }
      text.append(new String(chunk, 0, got, StandardCharsets.US_ASCII));
    }
    return text.toString();
  }

  /** The number of a flat keyed file's line {@code KEY NUMBER}; 0 if there is no such line. */
  public long counter(String key) throws KernelException {
    return KernelText.lines(read())
        .filter(line -> line.startsWith(key + " ") && line.length() > key.length() + 1)
        .findFirst()
        .map(line -> Long.parseLong(line.substring(key.length() + 1)))
        .orElse(0L);
  }

  /** Its content as one number. */
  public long number() throws KernelException {
    return Long.parseLong(read().strip());
  }

  /** Writes a value with one write(2). */
  public void write(String value) throws KernelException {
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    require("write", value + " to " + name, () -> LibC.write(fd.number(), bytes, bytes.length));
  }

  @Override
  public void close() {
    fd.close();
  }
}
