package dev.dbg.audit.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A stream that another thread reads and inflates, a little ahead of the consumer.
 *
 * <p>For one thread.
 */
public final class ReadAhead extends InputStream {
  private static final int CHUNK = 256 * 1024;
  private static final int CHUNKS = 4;

  private final BlockingQueue<Fetched> parts = new ArrayBlockingQueue<>(CHUNKS);

  /** Buffers to be filled again: at most all of the queue's, the one read and the one filled. */
  private final BlockingQueue<byte[]> used = new ArrayBlockingQueue<>(CHUNKS + 2);

  private final Thread reader;
  private Fetched current = new Fetched.Bytes(new byte[CHUNK], 0);
  private int at;

  /** What the reading thread passes to the consumer. */
  private sealed interface Fetched {
    final class Bytes implements Fetched {
      final byte[] bytes;
      final int length;

      Bytes(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
      }
    }

    record Unreadable(IOException why) implements Fetched {}

    record EndOfLog() implements Fetched {}
  }

  /** Reads {@code in} to its end, and closes it. */
  public ReadAhead(InputStream in) {
    reader = Thread.ofPlatform().name("read-ahead").daemon().start(() -> readAll(in));
  }

  private void readAll(InputStream in) {
    try {
      try (in) {
        byte[] chunk = new byte[CHUNK];
        int got = in.readNBytes(chunk, 0, CHUNK);
        while (got > 0) {
          parts.put(new Fetched.Bytes(chunk, got));
          byte[] again = used.poll();
          chunk = again == null ? new byte[CHUNK] : again;
          got = in.readNBytes(chunk, 0, CHUNK);
        }
        parts.put(new Fetched.EndOfLog());
      } catch (IOException e) {
        parts.put(new Fetched.Unreadable(e));
      }
    } catch (InterruptedException e) {
      // The consumer has closed the stream.
    }
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (true) {
      switch (current) {
        case Fetched.Bytes part when at < part.length -> {
          int count = Math.min(length, part.length - at);
          System.arraycopy(part.bytes, at, into, offset, count);
          at += count;
          return count;
        }
        case Fetched.Bytes part -> {
          boolean _ = used.offer(part.bytes);
          current = take();
          at = 0;
        }
        case Fetched.Unreadable failed -> throw failed.why;
        case Fetched.EndOfLog end -> {
          return -1;
        }
      }
    }
  }

  private Fetched take() throws IOException {
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
