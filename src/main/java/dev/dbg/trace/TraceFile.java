package dev.dbg.trace;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in the Trace Event Format's array form, which Perfetto and Chrome's about:tracing show.
 * Its closing bracket is left out, as the format permits, so that the file is whole whenever dbgd
 * ends.
 *
 * <p>For any thread. Events are kept in memory and written when there are some, or on {@link
 * #flush}. A file that has become too large, or cannot be written, gets no more events: a trace
 * must not fill a disk or end a session.
 */
public final class TraceFile {
  private static final Logger LOG = LoggerFactory.getLogger("trace");

  /** In bytes; some ten thousand sessions. */
  private static final long LARGEST = 64L << 20;

  private static final int AT_ONCE = 16 * 1024;
  private static final double MICROS = 1e-3;

  private final Path path;
  private final OutputStream out;
  private final long pid = ProcessHandle.current().pid();

  // Guarded by this.
  private final Map<String, Integer> rows = new HashMap<>();
  private long written;
  private boolean isOver;

  private TraceFile(Path path, FileChannel channel) {
    this.path = path;
    this.out = new BufferedOutputStream(Channels.newOutputStream(channel), AT_ONCE);
    write("[\n");
  }

  /** A new file that only its owner can read. An existing one is not overwritten. */
  public static TraceFile create(Path path) throws IOException {
    try {
      return new TraceFile(
          path,
          FileChannel.open(
              path,
              EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
    } catch (FileAlreadyExistsException e) {
      throw new IOException("%s exists: give --trace a new file".formatted(path), e);
    } catch (NoSuchFileException e) {
      throw new IOException("%s: there is no such directory".formatted(path), e);
    }
  }

  /**
   * Adds a stage; {@code row} and {@code name} are constants of dbgd, so nothing in them needs
   * escaping.
   */
  synchronized void add(String row, String name, long began, long ended) {
    if (isOver) {
      return;
    }
    Integer known = rows.get(row);
    int number = known == null ? rows.size() + 1 : known;
    if (known == null) {
      rows.put(row, number);
      write(
          "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":%d,\"tid\":%d,\"args\":{\"name\":\"%s\"}},\n"
              .formatted(pid, number, row));
    }
    write(
        "{\"ph\":\"X\",\"name\":\"%s\",\"pid\":%d,\"tid\":%d,\"ts\":%s,\"dur\":%s},\n"
            .formatted(name, pid, number, began * MICROS, (ended - began) * MICROS));
  }

  private void write(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      written += text.length();
      if (written > LARGEST) {
        end("it has %d bytes".formatted(written));
      }
    } catch (IOException e) {
      end(String.valueOf(e.getMessage()));
    }
  }

  /** Writes what is in memory. */
  public synchronized void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      end(String.valueOf(e.getMessage()));
    }
  }

  private void end(String why) {
    if (!isOver) {
      LOG.warn("{} gets no more: {}", path, why);
    }
    isOver = true;
  }
}
