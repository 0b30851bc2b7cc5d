package dev.dbg.kernel;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.require;

import jnr.ffi.Pointer;

/** A pipe(7), both ends closed on exec. */
public record Pipe(Fd reader, Fd writer) implements AutoCloseable {
  private static final int F_SETFL = 4;

  public static Pipe open() throws KernelException {
    Pointer ends = Native.allocate(8);
    require("pipe2", "pipe", () -> LIBC.pipe2(ends, Native.O_CLOEXEC));
    return new Pipe(new Fd(ends.getInt(0)), new Fd(ends.getInt(4)));
  }

  /** Writes one byte. */
  public void put() throws KernelException {
    require("write", "pipe", () -> LIBC.write(writer.number(), new byte[1], 1));
  }

  /** Closes the writing end here and reads to the end, at most {@code most} bytes. */
  public byte[] drain(int most) throws KernelException {
    writer.close();
    return reader.readUpTo("pipe", most);
  }

  /** Reads the bytes that are in the pipe now, at most {@code most}; does not block. */
  public byte[] rest(int most) throws KernelException {
    require("fcntl", "pipe", () -> LIBC.fcntl(reader.number(), F_SETFL, Native.O_NONBLOCK));
    Pointer buffer = Native.allocate(most);
    long got = LIBC.read(reader.number(), buffer, most);
    byte[] bytes = new byte[Math.max(0, (int) got)];
    buffer.get(0, bytes, 0, bytes.length);
    return bytes;
  }

  @Override
  public void close() {
    reader.close();
    writer.close();
  }
}
