package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.Charset;
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
  // What has been read and not yet returned.
  private Chunk chunk = new Chunk();
  private int end;
  // Whether a byte of the current line is not ASCII.
  private boolean isForeign;
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
    if (more() == chunk.from()) {
      end = -1;
    } else if (chunk.bytes()[end - 1] == '\n') {
      end--;
    } else {
      unfinished = next();
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
    isForeign = false;
    int search = end;
    while (true) {
      int newline = newlineBefore(search);
      if (newline >= 0) {
        LogLine line = line(newline + 1);
        end = newline;
        return Optional.of(line);
      }
      if (end - chunk.from() > LONGEST) {
        dropAllBut(LONGEST);
      }
      search = more();
      if (search == chunk.from()) {
        LogLine line = line(search);
        end = -1;
        return Optional.of(line);
      }
    }
  }

  /** The last newline before a position, -1 if there is none; sees whether all is ASCII. */
  private int newlineBefore(int position) {
    byte[] bytes = chunk.bytes();
    int signs = 0;
    int at = position - 1;
    while (at >= chunk.from() && bytes[at] != '\n') {
      signs |= bytes[at--];
    }
    isForeign |= signs < 0;
    return at >= chunk.from() ? at : -1;
  }

  private LogLine line(int from) {
    long length = end - from + dropped;
    int most = LONGEST;
    if (length > most && dropped == 0) {
      tail = text(Math.max(from, end - LogLine.TAIL), end);
    }
    return new LogLine(text(from, (int) Math.min(end, from + (long) most)), length, tail);
  }

  /** A byte that is not ASCII is replaced. Without one, a faster decoder gives the same. */
  private String text(int from, int to) {
    Charset charset = isForeign ? StandardCharsets.US_ASCII : StandardCharsets.ISO_8859_1;
    return new String(chunk.bytes(), from, to - from, charset);
  }

  /** Drops the end of a long line that begins before the bytes held. */
  private void dropAllBut(int kept) {
    if (dropped == 0) {
      tail = text(end - LogLine.TAIL, end);
    }
    dropped += end - chunk.from() - kept;
    end = chunk.from() + kept;
  }

  /** Reads the chunk before; returns where it ends and what was held continues. */
  private int more() throws IOException {
    byte[] rest = Arrays.copyOfRange(chunk.bytes(), chunk.from(), end);
    chunk = chunks.before();
    int border = chunk.to();
    chunk.append(rest);
    end = chunk.to();
    return border;
  }

  @Override
  public void close() throws IOException {
    chunks.close();
  }
}
