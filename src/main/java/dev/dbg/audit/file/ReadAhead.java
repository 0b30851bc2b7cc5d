package dev.dbg.audit.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A stream that another thread reads and inflates, a little ahead of whoever looks at its bytes.
 *
 * <p>For one thread.
 */
public final class ReadAhead extends InputStream {
  private static final int CHUNK = 256 * 1024;
  private static final int CHUNKS = 4;

  private final BlockingQueue<Part> parts = new ArrayBlockingQueue<>(CHUNKS);
  private final Thread reader;
  private Part current = new Part.Bytes(new byte[0]);
  private int at;

  /** What the reading thread hands over. */
  private sealed interface Part {
    final class Bytes implements Part {
      final byte[] bytes;

      Bytes(byte[] bytes) {
        this.bytes = bytes;
      }
    }

    record Failed(IOException why) implements Part {}

    record End() implements Part {}
  }

  /** Reads {@code in} to its end, and closes it. */
  public ReadAhead(InputStream in) {
    reader = Thread.ofPlatform().name("read-ahead").daemon().start(() -> readAll(in));
  }

  private void readAll(InputStream in) {
    try {
      try (in) {
        byte[] chunk = in.readNBytes(CHUNK);
        while (chunk.length > 0) {
          parts.put(new Part.Bytes(chunk));
          chunk = in.readNBytes(CHUNK);
        }
        parts.put(new Part.End());
      } catch (IOException e) {
        parts.put(new Part.Failed(e));
      }
    } catch (InterruptedException e) {
      // Nobody reads on.
    }
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (true) {
      switch (current) {
        case Part.Bytes part when at < part.bytes.length -> {
          int count = Math.min(length, part.bytes.length - at);
          System.arraycopy(part.bytes, at, into, offset, count);
          at += count;
          return count;
        }
        case Part.Bytes part -> {
          current = take();
          at = 0;
        }
        case Part.Failed failed -> throw failed.why;
        case Part.End end -> {
          return -1;
        }
      }
    }
  }

  private Part take() throws IOException {
    try {
      return parts.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public void close() {
    reader.interrupt();
  }
}
