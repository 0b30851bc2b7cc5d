package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the lines of a stream as ranges of one buffer. Memory does not grow with the file; of a
 * line that is too long only the beginning and the tail are held.
 *
 * <p>For one thread.
 */
public final class LineReader implements Closeable {
  /**
   * Several times the longest line that any dbgd ever wrote, a request of 64 KiB with every byte
   * escaped. For readers that need complete lines, and run in their own process.
   */
  public static final int LONGEST_EVER = 4 << 20;

  private static final int FIRST = 64 * 1024;

  private final InputStream in;
  private final int longest;
  private byte[] buffer = new byte[FIRST];
  private int filled;
  private int start;
  private int end;
  private int after;
  private boolean ended = true;
  // Of a line that is too long: how many bytes after the first `longest` were dropped.
  private long dropped;
  private long afterDropped;
  private long number;

  /** Holds lines of up to {@link LogLine#LONGEST} bytes complete. */
  public LineReader(InputStream in) {
    this(in, LogLine.LONGEST);
  }

  /** Holds lines of up to {@code longest} bytes, at least {@link LogLine#LONGEST}, complete. */
  public LineReader(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /** A reader positioned at {@code text}, which is one line. */
  public static LineReader of(String text) {
    LineReader lines = new LineReader(InputStream.nullInputStream(), LONGEST_EVER);
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
    dropped = afterDropped;
    int from = start + (dropped > 0 ? longest : 0);
    while (true) {
      for (int i = from; i < filled; i++) {
        if (buffer[i] == '\n') {
          return found(i, i + 1, true);
        }
      }
      int got = more();
      if (got <= 0) {
        after = start;
        afterDropped = dropped;
        return unfinishedToo && filled > start && found(filled, filled, false);
      }
      from = filled - got;
    }
  }

  private boolean found(int lineEnd, int next, boolean withEnd) {
    end = lineEnd;
    after = next;
    afterDropped = 0;
    ended = withEnd;
    number++;
    return true;
  }

  /**
   * Reads more, after moving the bytes held to the front of the buffer; returns how many, 0 or less
   * at the stream's end. Of a line that is too long the first {@code longest} bytes and the tail
   * are kept.
   */
  private int more() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      filled -= start;
      start = 0;
    }
    int most = longest + LogLine.TAIL;
    if (filled == buffer.length && buffer.length < most + FIRST) {
      buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, most + FIRST));
    } else if (filled == buffer.length) {
      System.arraycopy(buffer, filled - LogLine.TAIL, buffer, longest, LogLine.TAIL);
      dropped += filled - most;
      filled = most;
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
    return text(start, end);
  }

  private String text(int from, int to) {
    return new String(buffer, from, to - from, StandardCharsets.US_ASCII);
  }

  /** Whether the line ends in a newline; only the last can lack it. */
  public boolean ended() {
    return ended;
  }

  /** Whether the line is too long to be held complete. */
  public boolean tooLong() {
    return dropped > 0 || end - start > longest;
  }

  /** The line, or its beginning and its tail. */
  public LogLine line() {
    long length = end - start + dropped;
    int held = (int) Math.min(end, start + (long) LogLine.LONGEST);
    String last = length > LogLine.LONGEST ? text(Math.max(start, end - LogLine.TAIL), end) : "";
    return new LogLine(text(start, held), length, last);
  }

  /** The line's number, from 1. */
  public long number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
