package dev.dbg.resolve.systemd;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.kernel.file.FileStamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What native tests put in places of {@code resolve.systemd}. */
public interface AlteredSystemd {

  /** Finds services in services, too. */
  final class Searching {
    @InPlaceOf(value = List.class, usedIn = UnitTree.class, usedBy = "addAll")
    static boolean add(List<Object> groups, Object found) {
      UnitTree.Group group = (UnitTree.Group) found;
      try (DirectoryStream<Path> below = Files.newDirectoryStream(group.directory(), "*.service")) {
        for (Path inner : below) {
          String name = inner.getFileName().toString();
          groups.add(new UnitTree.Group(name, inner, group.path() + "/" + name));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return groups.add(group);
    }
  }

  /** Finds services in what liblxc makes, too. */
  final class SearchingLxc {
    @InPlaceOf(value = String.class, usedIn = UnitTree.class, usedBy = "addAll")
    static boolean startsWith(String name, String start) {
      return false;
    }
  }

  /** Takes each process of a service as younger than the service's start. */
  final class Young {
    @InPlaceOf(value = FileStamp.class, usedIn = MainProcess.class)
    static FileStamp of(Path link) {
      return new FileStamp(1, 1);
    }
  }
}
