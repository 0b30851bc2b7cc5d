package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file's lines, the last one first, so that new lines are found without reading old ones.
 * The file may grow meanwhile; only the bytes that it had at the opening are read. A line that is
 * too long for a record is an empty one, as for {@link LineReader}.
 */
public final class BackwardLines implements Closeable {
  private static final int LONGEST = LineReader.LONGEST;

  private final BlockWalk blocks;
  // What has been read and not yet returned.
  private Block block = new Block();
  private int end;
  // Whether a byte of the current line is not ASCII.
  private boolean isForeign;
  private boolean isTooLong;
  private final Optional<String> torn;

  /** Opens a file of a log. */
  public static BackwardLines of(Segment segment) throws IOException {
    return new BackwardLines(segment.walk(BlockWalk.BACKWARD));
  }

  BackwardLines(BlockWalk blocks) throws IOException {
    this.blocks = blocks;
    Optional<String> unfinished = Optional.empty();
    if (more() == block.from()) {
      end = -1;
    } else if (block.bytes()[end - 1] == '\n') {
      end--;
    } else {
      unfinished = Optional.ofNullable(next());
    }
    torn = unfinished;
  }

  /** The unfinished line at the file's end; {@link #next} does not return it. */
  public Optional<String> torn() {
    return torn;
  }

  /** The line before the one returned last; null at the file's beginning. */
  public @Nullable String next() throws IOException {
    if (end < 0) {
      return null;
    }
    isForeign = false;
    isTooLong = false;
    int search = end;
    while (true) {
      int newline = newlineBefore(search);
      if (newline >= 0) {
        String line = line(newline + 1);
        end = newline;
        return line;
      }
      if (end - block.from() > LONGEST) {
        isTooLong = true;
        end = block.from();
      }
      search = more();
      if (search == block.from()) {
        String line = line(search);
        end = -1;
        return line;
      }
    }
  }

  /** The last newline before a position, -1 if there is none; sees whether all is ASCII. */
  private int newlineBefore(int position) {
    byte[] bytes = block.bytes();
    int signs = 0;
    int at = position - 1;
    while (at >= block.from() && bytes[at] != '\n') {
      signs |= bytes[at--];
    }
    isForeign |= signs < 0;
    return at >= block.from() ? at : -1;
  }

  /** A byte that is not ASCII is replaced. Without one, a faster decoder gives the same. */
  private String line(int from) {
    if (isTooLong || end - from > LONGEST) {
      return "";
    }
    Charset charset = isForeign ? StandardCharsets.US_ASCII : StandardCharsets.ISO_8859_1;
    return new String(block.bytes(), from, end - from, charset);
  }

  /** Reads the block before; returns where it ends and what was held continues. */
  private int more() throws IOException {
    byte[] rest = Arrays.copyOfRange(block.bytes(), block.from(), end);
    block = blocks.next();
    int border = block.to();
    block.append(rest);
    end = block.to();
    return border;
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}
