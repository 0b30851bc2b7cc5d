package dev.dbg.kernel.process;

import static dev.dbg.kernel.Native.LIBC;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that this process has mapped and does not write to, proc_pid_maps(5): the JVM, its
 * classes, the libraries. Their pages can be given back at any time, MADV_PAGEOUT of madvise(2):
 * the kernel reads them again from the file when they are used. That changes nothing in memory,
 * even if another thread has mapped something else at an address meanwhile.
 *
 * <p>The kernel keeps a page that another process uses as well. It would swap out pages that were
 * written, so mappings that can be written are left alone.
 */
public final class MappedFiles {
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final int MADV_PAGEOUT = 21;

  /** {@code BEGIN-END PERMISSIONS OFFSET DEVICE INODE PATH}. */
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]+)-([0-9a-f]+) r-[-x][ps] \\S+ \\S+ [1-9][0-9]* +/.*");

  private MappedFiles() {}

  /** A mapping of a file that cannot be written. */
  record Mapping(long begin, long size) {
    /** Empty for a line about any other mapping. */
    static Optional<Mapping> of(String line) {
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      long begin = Long.parseLong(matcher.group(1), 16);
      return Optional.of(new Mapping(begin, Long.parseLong(matcher.group(2), 16) - begin));
    }
  }

  /** Gives all their pages back that nobody else uses. A kernel before 5.4 does nothing. */
  public static void giveBack() throws IOException {
    List<Mapping> mappings =
        Files.readAllLines(MAPS).stream().map(Mapping::of).flatMap(Optional::stream).toList();
    // As little code as possible runs from here on, because it would be read again.
    for (Mapping mapping : mappings) {
      int _ = LIBC.madvise(mapping.begin, mapping.size, MADV_PAGEOUT);
    }
  }
}
