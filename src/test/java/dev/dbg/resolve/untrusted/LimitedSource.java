package dev.dbg.resolve.untrusted;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A text that somebody other than root may write, and how dbgd reads it.
 *
 * @param reader the class that reads it
 * @param form the text, with {@code %s} for a value that its author chooses
 * @param element what is usual as an element of that value
 */
public record LimitedSource(Class<?> reader, String form, String element, Reading reading) {
  /** What is returned is held by the one who asks. */
  public interface Reading {
    Object from(InputStream text) throws IOException;
  }

  /** Reads a directory, in which the text is a file. */
  public interface DirectoryReading {
    Object from(Path directory) throws IOException;
  }

  /** For a text that is a file of this name below a directory. */
  public static Reading inFile(String name, DirectoryReading reading) {
    return text -> {
      Path directory = Files.createTempDirectory("dbg-limit");
      try {
        Path file = directory.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        long _ = Files.copy(text, file);
        return reading.from(directory);
      } finally {
        try (Stream<Path> all = Files.walk(directory)) {
          for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(one);
          }
        }
      }
    };
  }
}
