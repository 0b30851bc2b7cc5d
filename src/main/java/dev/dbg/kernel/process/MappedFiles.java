package dev.dbg.kernel.process;

import dev.dbg.kernel.LibC;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code and the classes that this process has mapped and has not written to, proc_pid_smaps(5):
 * the JVM, its cache, the libraries. Their pages can be dropped at any time, MADV_DONTNEED of
 * madvise(2): the kernel maps them again when they are used, and until then they are only in its
 * cache of files, from which it takes them when it needs memory.
 *
 * <p>The same call would lose what was written, or what another thread has mapped at the address
 * meanwhile. So it is made only where no page was written, and only for kinds of files that stay
 * mapped for as long as the JVM lives.
 */
public final class MappedFiles {
  private static final Path MAPS = Path.of("/proc/self/smaps");
  private static final long FEW = 6L << 20;
  private static final int MADV_DONTNEED = 4;
  private static final int MADV_PAGEOUT = 21;

  /** {@code BEGIN-END PERMISSIONS OFFSET DEVICE INODE PATH}, the first line about a mapping. */
  private static final Pattern HEADER = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) (\\S{4}) .*");

  /** One that cannot be written, of a file that nobody unmaps. */
  private static final Pattern OF_CODE =
      Pattern.compile(
          "\\S+ r-[-x][ps] \\S+ \\S+ [1-9][0-9]* +/.*(?:\\.so(?:\\.[0-9]+)*|\\.aot|\\.jsa|/modules)");

  /** The line about pages that were written, and are no longer the file's. */
  private static final Pattern WRITTEN = Pattern.compile("Anonymous: +([0-9]+) kB");

  private MappedFiles() {}

  /** A mapping whose pages can be dropped. */
  record Mapping(long begin, long size) {
    static List<Mapping> in(List<String> lines) {
      List<Mapping> mappings = new ArrayList<>();
      Optional<Mapping> candidate = Optional.empty();
      for (String line : lines) {
        Matcher header = HEADER.matcher(line);
        Matcher written = WRITTEN.matcher(line);
        if (header.matches()) {
          candidate =
              OF_CODE.matcher(line).matches()
                  ? Optional.of(of(header.group(1), header.group(2)))
                  : Optional.empty();
        } else if (written.matches()) {
          if (written.group(1).equals("0")) {
            candidate.ifPresent(mappings::add);
          }
          candidate = Optional.empty();
        }
      }
      return mappings;
    }

    private static Mapping of(String begin, String end) {
      long first = Long.parseLong(begin, 16);
      return new Mapping(first, Long.parseLong(end, 16) - first);
    }
  }

  /** Drops these pages, if an idle dbgd has more than it needs; the page cache keeps them. */
  public static void giveBack() throws IOException {
    try (ProcDir self = ProcDir.ofThisThread()) {
      if (self.residentFiles() > FEW) {
        advise(MADV_DONTNEED);
      }
    }
  }

  /**
   * Drops them, and removes them from the kernel's cache of files as well, except those that other
   * processes have mapped. A kernel before 5.4 does nothing.
   */
  public static void evict() throws IOException {
    advise(MADV_PAGEOUT);
  }

  private static void advise(int advice) throws IOException {
    List<Mapping> mappings = Mapping.in(Files.readAllLines(MAPS));
    // As little code as possible runs from here on, because it would be mapped again.
    for (Mapping mapping : mappings) {
      int _ = LibC.madvise(mapping.begin, mapping.size, advice);
    }
  }
}
