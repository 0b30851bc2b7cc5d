package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The lines of a stream as ranges of one buffer: memory does not grow with the file, and a line
 * that is longer than any record can be is passed over without being held.
 *
 * <p>For one thread.
 */
public final class Lines implements Closeable {
  /** A request of 64 KiB with every byte escaped, several times over. */
  public static final int LONGEST = 4 << 20;

  private final InputStream in;
  private byte[] buffer = new byte[1 << 18];
  private int filled;
  private int start;
  private int end;
  private int after;
  private boolean ended = true;
  private boolean tooLong;
  private long number;

  public Lines(InputStream in) {
    this.in = in;
  }

  /** At the one line that {@code text} is. */
  public static Lines of(String text) {
    Lines lines = new Lines(InputStream.nullInputStream());
    lines.buffer = text.getBytes(StandardCharsets.US_ASCII);
    lines.filled = lines.buffer.length;
    boolean _ = lines.found(lines.filled, lines.filled, false);
    return lines;
  }

  /** Goes to the next line; false at the end. */
  public boolean next() throws IOException {
    return next(true);
  }

  /**
   * Goes to the next line that has its end; false where there is none yet. Asked again later, it
   * sees what the stream has got meanwhile.
   */
  public boolean nextWhole() throws IOException {
    return next(false);
  }

  private boolean next(boolean unfinishedToo) throws IOException {
    start = after;
    tooLong = false;
    int from = start;
    while (true) {
      for (int i = from; i < filled; i++) {
        if (buffer[i] == '\n') {
          return found(i, i + 1, true);
        }
      }
      int got = more();
      if (got <= 0) {
        after = start;
        return unfinishedToo && (filled > start || tooLong) && found(filled, filled, false);
      }
      from = filled - got;
    }
  }

  private boolean found(int lineEnd, int next, boolean withEnd) {
    end = lineEnd;
    after = next;
    ended = withEnd;
    number++;
    return true;
  }

  /** Reads on, after moving what is held to the front; how much, 0 or less at the stream's end. */
  private int more() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      filled -= start;
      start = 0;
    }
    if (filled == buffer.length) {
      if (buffer.length >= LONGEST) {
        // No record: only its end is still looked for.
        tooLong = true;
        filled = 0;
      } else {
        buffer = Arrays.copyOf(buffer, 2 * buffer.length);
      }
    }
    int got = in.read(buffer, filled, buffer.length - filled);
    filled += Math.max(got, 0);
    return got;
  }

  public byte[] bytes() {
    return buffer;
  }

  public int start() {
    return start;
  }

  /** Behind its last byte, the line's end not counted. */
  public int end() {
    return end;
  }

  /** Where {@code part} first stands whole between two places of {@link #bytes}; -1 if nowhere. */
  public int find(byte[] part, int from, int to) {
    for (int at = from; at + part.length <= to; at++) {
      if (buffer[at] == part[0]
          && Arrays.equals(buffer, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    return -1;
  }

  /** The line as text; a byte that is not ASCII, which no record has, is replaced. */
  public String text() {
    return new String(buffer, start, end - start, StandardCharsets.US_ASCII);
  }

  /** Whether the line has its end; only the last can lack it. */
  public boolean ended() {
    return ended;
  }

  /** Whether it is longer than {@link #LONGEST}; then only its last part is here. */
  public boolean tooLong() {
    return tooLong;
  }

  /** From 1. */
  public long number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
