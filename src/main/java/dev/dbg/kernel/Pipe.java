package dev.dbg.kernel;

import static dev.dbg.kernel.Native.require;

import jnr.ffi.Pointer;

/** A pipe(7), both ends closed on exec. */
public record Pipe(Fd reader, Fd writer) implements AutoCloseable {
  public static Pipe open() throws KernelException {
    return open(Native.O_CLOEXEC);
  }

  /** One of which no end waits, {@link #rest}; also not the writer, if the pipe is full. */
  public static Pipe openForRest() throws KernelException {
    return open(Native.O_CLOEXEC | Native.O_NONBLOCK);
  }

  private static Pipe open(int flags) throws KernelException {
    Pointer ends = Native.allocate(8);
    require("pipe2", "pipe", () -> LibC.pipe2(ends, flags));
    return new Pipe(new Fd(ends.getInt(0)), new Fd(ends.getInt(4)));
  }

  /** Writes one byte. */
  public void put() throws KernelException {
    require("write", "pipe", () -> LibC.write(writer.number(), new byte[1], 1));
  }

  /** Closes the writing end here and reads to the end, at most {@code most} bytes. */
  public byte[] drain(int most) throws KernelException {
    writer.close();
    return reader.readUpTo("pipe", most);
  }

  /** Reads the bytes that are in the pipe now, at most {@code most}. */
  public byte[] rest(int most) {
    Pointer buffer = Native.allocate(most);
    long got = LibC.read(reader.number(), buffer, most);
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
