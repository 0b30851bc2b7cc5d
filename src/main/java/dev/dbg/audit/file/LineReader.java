package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the lines of a stream as ranges of one buffer. Memory does not grow with the file: a line
 * that is too long for a record is read as an empty one, which is no record either.
 *
 * <p>For one thread.
 */
public final class LineReader implements Closeable {
  /** The longest line that is read; four times the longest that dbgd writes. */
  public static final int LONGEST = 64 * 1024;

  private final InputStream in;
  private byte[] buffer = new byte[2 * LONGEST];
  private int filled;
  private int start;
  private int end;
  private int after;
  private boolean ended = true;
  // Whether the beginning of the line that is being read was dropped.
  private boolean isTooLong;
  // How many bytes were in front of the buffer's.
  private long moved;
  private long number;

  public LineReader(InputStream in) {
    this.in = in;
  }

  /** A reader positioned at {@code text}, which is one line. */
  public static LineReader of(String text) {
    LineReader lines = new LineReader(InputStream.nullInputStream());
    lines.buffer = text.getBytes(StandardCharsets.US_ASCII);
    lines.filled = lines.buffer.length;
    boolean _ = lines.found(lines.filled, lines.filled, false);
    return lines;
  }

  /** Advances to the next line, which may lack its newline; false at the end. */
  public boolean next() throws IOException {
    return next(true);
  }

  /** Advances to the next line that ends in a newline; false if none has been appended yet. */
  public boolean nextWhole() throws IOException {
    return next(false);
  }

  private boolean next(boolean unfinishedToo) throws IOException {
    start = after;
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
        return unfinishedToo && (filled > start || isTooLong) && found(filled, filled, false);
      }
      from = filled - got;
    }
  }

  private boolean found(int lineEnd, int next, boolean withEnd) {
    if (isTooLong || lineEnd - start > LONGEST) {
      start = lineEnd;
    }
    isTooLong = false;
    end = lineEnd;
    after = next;
    ended = withEnd;
    number++;
    return true;
  }

  /**
   * Reads more, after moving the bytes held to the front of the buffer, or dropping them if they
   * are too many; returns how many, 0 or less at the stream's end.
   */
  private int more() throws IOException {
    isTooLong |= filled - start > LONGEST;
    int kept = isTooLong ? 0 : filled - start;
    System.arraycopy(buffer, start, buffer, 0, kept);
    moved += filled - kept;
    start = 0;
    filled = kept;
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

  /** The position after the line's last byte; the newline is not part of it. */
  public int end() {
    return end;
  }

  /** The first position of {@code part} between two of {@link #bytes}; -1 if there is none. */
  public int find(byte[] part, int from, int to) {
    for (int at = from; at + part.length <= to; at++) {
      if (buffer[at] == part[0]
          && Arrays.equals(buffer, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    return -1;
  }

  /** The line as text. A byte that is not ASCII is replaced; no record has one. */
  public String text() {
    return new String(buffer, start, end - start, StandardCharsets.US_ASCII);
  }

  /** Whether the line ends in a newline; only the last can lack it. */
  public boolean ended() {
    return ended;
  }

  /** Where the line ends in the stream. */
  public long offset() {
    return moved + end;
  }

  public long number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
