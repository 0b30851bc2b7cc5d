package dev.dbg.resolve.lxc;

import dev.dbg.kernel.Capabilities;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The names in a directory of root, read again only when the directory's modification time has
 * changed: with 300 containers, reading takes 10 ms.
 *
 * <p>For any thread.
 */
final class DirectoryNames {
  /** Two changes so close together may leave the same modification time. */
  private static final Duration GRANULARITY = Duration.ofSeconds(2);

  private final Path directory;
  private final Predicate<String> isName;
  private volatile @Nullable NamesThen then;

  /** {@code isName} tells the names that are wanted. */
  DirectoryNames(Path directory, Predicate<String> isName) {
    this.directory = directory;
    this.isName = isName;
  }

  private record NamesThen(FileTime modified, List<String> names) {}

  /** The names at present; none if there is no such directory. */
  List<String> all() throws IOException {
    try (Capabilities.Raised _ = Capabilities.raise()) {
      if (!Files.isDirectory(directory)) {
        return List.of();
      }
      FileTime modified = Files.getLastModifiedTime(directory);
      NamesThen before = then;
      if (before != null && before.modified.equals(modified)) {
        return before.names;
      }
      boolean isOld = modified.toInstant().isBefore(Instant.now().minus(GRANULARITY));
      List<String> names = read();
      then = isOld ? new NamesThen(modified, names) : null;
      return names;
    }
  }

  private List<String> read() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path path : all) {
        String name = path.getFileName().toString();
        if (isName.test(name)) {
          names.add(name);
        }
      }
    }
    return List.copyOf(names);
  }
}
