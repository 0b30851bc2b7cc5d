package dev.dbg.audit.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

/**
 * One file of a log, dbg-audit(5): the current file {@code audit.jsonl}, or a complete one, {@code
 * audit-FIRST.jsonl}, or {@code audit-FIRST.jsonl.gz} once it is compressed.
 *
 * @param first the number of its first record, from its name; {@link #CURRENT} for the current file
 */
public record Segment(Path path, long first, boolean compressed) {
  /** The name of the current file, in the log's directory. */
  public static final String FILE = "audit.jsonl";

  public static final long CURRENT = Long.MAX_VALUE;

  private static final Pattern NAME = Pattern.compile("audit-(\\d{12})\\.jsonl(\\.gz)?");

  /**
   * All files of the log in {@code directory}, the oldest first. If a crash left a segment both
   * compressed and uncompressed, the compressed one is used: it got its name when it was complete.
   */
  public static List<Segment> in(Path directory) throws IOException {
    TreeMap<Long, Segment> found = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        if (name.matches()) {
          Segment segment = new Segment(file, Long.parseLong(name.group(1)), name.group(2) != null);
          found.merge(segment.first, segment, (a, b) -> a.compressed ? a : b);
        }
      }
    }
    List<Segment> segments = new ArrayList<>(found.values());
    Path current = directory.resolve(FILE);
    if (isThere(current)) {
      segments.add(new Segment(current, CURRENT, false));
    }
    return segments;
  }

  /**
   * Whether a file exists. {@link Files#exists} uses access(2), which ignores capabilities: for a
   * reader that has only CAP_DAC_READ_SEARCH it reports that there is no file.
   */
  public static boolean isThere(Path path) throws IOException {
    try {
      BasicFileAttributes _ = Files.readAttributes(path, BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** The path of the uncompressed segment whose first record has this number. */
  public static Path pathOf(Path directory, long first) {
    return directory.resolve("audit-%012d.jsonl".formatted(first));
  }

  public boolean isCurrent() {
    return first == CURRENT;
  }

  /**
   * Opens the file for reading, and inflates it if it is compressed.
   *
   * @throws ZipException from a read, if the compressed file is damaged; it names the file
   */
  public InputStream open() throws IOException {
    return compressed ? new BlockStream(walk(BlockWalk.FORWARD)) : Files.newInputStream(path);
  }

  /** Goes over the file's blocks. */
  BlockWalk walk(int step) throws IOException {
    return new BlockWalk(
        compressed
            ? GzipBlocks.open(path)
            : new Blocks.Plain(FileChannel.open(path, StandardOpenOption.READ)),
        step);
  }

  /** The same segment after compression, for one that was compressed after the listing. */
  public Segment compressedSince() {
    return compressed ? this : new Segment(path.resolveSibling(name() + ".gz"), first, true);
  }

  /** The file's name, for messages. */
  public String name() {
    return String.valueOf(path.getFileName());
  }
}
