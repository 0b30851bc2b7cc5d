package dev.dbg.resolve.lxc;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.Stamped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names in a directory of root, read again only when the directory has changed: with 300
 * containers, reading takes 10 ms.
 *
 * <p>For any thread.
 */
final class DirectoryNames {
  private final Path directory;
  private final Predicate<String> isName;
  private volatile @Nullable Stamped<List<String>> then;

  /** {@code isName} tells the names that are wanted. */
  DirectoryNames(Path directory, Predicate<String> isName) {
    this.directory = directory;
    this.isName = isName;
  }

  /** The names at present; none if there is no such directory. */
  List<String> all() throws IOException {
    // Behind a link, if it is one.
    FileStamp stamp = FileStamp.of(directory.resolve("."));
    if (stamp.equals(FileStamp.MISSING)) {
      return List.of();
    }
    Stamped<List<String>> before = then;
    if (before != null && before.holds(stamp)) {
      return before.value();
    }
    Stamped<List<String>> now = Stamped.read(stamp, this::read);
    then = now;
    return now.value();
  }

  private List<String> read() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(path -> path.getFileName().toString()).filter(isName).toList();
    }
  }
}
