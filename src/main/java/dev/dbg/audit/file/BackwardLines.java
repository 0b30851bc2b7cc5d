package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a file's lines, the last one first, so that new lines are found without reading old ones.
 * The file may grow meanwhile; only the bytes that it had at the opening are read. Of a line that
 * is longer than {@link LogLine#LONGEST} only the beginning and the tail are held.
 */
public final class BackwardLines implements Closeable {
  private static final int LONGEST = LogLine.LONGEST;

  private final BackwardChunks chunks;
  // The first `end` bytes have been read and not yet returned.
  private byte[] held = new byte[0];
  private int end;
  // How many of the current line's bytes, behind those held, were dropped.
  private long dropped;
  private String tail = "";
  private final Optional<LogLine> torn;

  public BackwardLines(Path path) throws IOException {
    this(new BackwardChunks.Plain(path));
  }

  public BackwardLines(BackwardChunks chunks) throws IOException {
    this.chunks = chunks;
    Optional<LogLine> unfinished = Optional.empty();
    if (more() > 0) {
      if (held[end - 1] == '\n') {
        end--;
      } else {
        unfinished = next();
      }
    } else {
      end = -1;
    }
    torn = unfinished;
  }

  /** The unfinished line at the file's end; {@link #next} does not return it. */
  public Optional<LogLine> torn() {
    return torn;
  }

  /** The line before the one returned last; empty at the file's beginning. */
  public Optional<LogLine> next() throws IOException {
    if (end < 0) {
      return Optional.empty();
    }
    dropped = 0;
    tail = "";
    int search = end;
    while (true) {
      for (int i = search - 1; i >= 0; i--) {
        if (held[i] == '\n') {
          LogLine line = line(i + 1);
          end = i;
          return Optional.of(line);
        }
      }
      if (end > LONGEST) {
        dropAllBut(LONGEST);
      }
      search = more();
      if (search == 0) {
        LogLine line = line(0);
        end = -1;
        return Optional.of(line);
      }
    }
  }

  private LogLine line(int from) {
    long length = end - from + dropped;
    int most = LONGEST;
    if (length > most && dropped == 0) {
      tail = text(Math.max(from, end - LogLine.TAIL), end);
    }
    return new LogLine(text(from, (int) Math.min(end, from + (long) most)), length, tail);
  }

  private String text(int from, int to) {
    return new String(held, from, to - from, StandardCharsets.US_ASCII);
  }

  /** Drops the end of a long line that begins before the bytes held. */
  private void dropAllBut(int kept) {
    if (dropped == 0) {
      tail = text(end - LogLine.TAIL, end);
    }
    dropped += end - kept;
    held = Arrays.copyOf(held, kept);
    end = kept;
  }

  /** Reads the chunk before; returns how many bytes it has. */
  private int more() throws IOException {
    byte[] chunk = chunks.before();
    if (chunk.length > 0) {
      byte[] grown = Arrays.copyOf(chunk, chunk.length + end);
      System.arraycopy(held, 0, grown, chunk.length, end);
      held = grown;
      end += chunk.length;
    }
    return chunk.length;
  }

  @Override
  public void close() throws IOException {
    chunks.close();
  }
}
