package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A file's lines, the last one first: what is new is found without reading what is old. The file
 * may grow meanwhile; what was there at the opening is read. A line that is longer than any record
 * can be is given out as an empty one, and not held.
 */
public final class BackwardLines implements Closeable {
  private final Chunks chunks;
  // What has been read and not yet given out: the first `end` bytes of it.
  private byte[] held = new byte[0];
  private int end;
  private int from;
  private int to;
  private final Optional<String> torn;

  public BackwardLines(Path path) throws IOException {
    this(new Chunks.Plain(path));
  }

  public BackwardLines(Chunks chunks) throws IOException {
    this.chunks = chunks;
    Optional<String> unfinished = Optional.empty();
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

  /** What stands at the file's end without a line's end, which is not given out as a line. */
  public Optional<String> torn() {
    return torn;
  }

  /** The line before the one given last; empty at the file's beginning. */
  public Optional<String> next() throws IOException {
    return nextRange()
        ? Optional.of(new String(held, from, to - from, StandardCharsets.US_ASCII))
        : Optional.empty();
  }

  /** Goes to the line before; it lies in {@link #bytes} from {@link #from} to {@link #to}. */
  boolean nextRange() throws IOException {
    if (end < 0) {
      return false;
    }
    int search = end;
    boolean tooLong = false;
    while (true) {
      for (int i = search - 1; i >= 0; i--) {
        if (held[i] == '\n') {
          from = i + 1;
          to = tooLong ? from : end;
          end = i;
          return true;
        }
      }
      if (end > Lines.LONGEST) {
        tooLong = true;
        held = new byte[0];
        end = 0;
      }
      search = more();
      if (search == 0) {
        from = 0;
        to = tooLong ? 0 : end;
        end = -1;
        return true;
      }
    }
  }

  byte[] bytes() {
    return held;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  /** Reads the chunk before; answers how many bytes that were. */
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
