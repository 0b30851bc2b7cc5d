package dev.dbg.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file's lines, the last one first: what is new is found without reading what is old. The file
 * may grow meanwhile; what was there at the opening is read.
 */
final class BackwardLines implements Closeable {
  private static final int CHUNK = 64 * 1024;

  private final FileChannel file;
  // What has been read and not yet given out: the bytes from `start` of the file on, up to `end`.
  private byte[] held = new byte[0];
  private long start;
  private int end;
  private final Optional<String> torn;

  BackwardLines(Path path) throws IOException {
    file = FileChannel.open(path, StandardOpenOption.READ);
    start = file.size();
    Optional<String> unfinished = Optional.empty();
    if (start > 0) {
      more();
      if (held[end - 1] == '\n') {
        end--;
      } else {
        unfinished = next();
      }
    }
    torn = unfinished;
  }

  /** What stands at the file's end without a line's end, which is not given out as a line. */
  Optional<String> torn() {
    return torn;
  }

  /** The line before the one given last; empty at the file's beginning. */
  Optional<String> next() throws IOException {
    int from = end;
    while (true) {
      for (int i = from - 1; i >= 0; i--) {
        if (held[i] == '\n') {
          String line = new String(held, i + 1, end - i - 1, StandardCharsets.US_ASCII);
          end = i;
          return Optional.of(line);
        }
      }
      if (start == 0) {
        if (end <= 0) {
          return Optional.empty();
        }
        String line = new String(held, 0, end, StandardCharsets.US_ASCII);
        end = 0;
        return Optional.of(line);
      }
      from = more();
    }
  }

  /** Reads the chunk before; answers how many bytes that were. */
  private int more() throws IOException {
    int length = (int) Math.min(CHUNK, start);
    ByteBuffer grown = ByteBuffer.allocate(length + end);
    start -= length;
    grown.limit(length);
    while (grown.hasRemaining() && file.read(grown, start + grown.position()) >= 0) {
      // until the chunk is whole
    }
    grown.limit(length + end).position(length);
    grown.put(held, 0, end);
    held = grown.array();
    end += length;
    return length;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
