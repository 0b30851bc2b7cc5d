package dev.dbg.nativetests.scene.engine;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * An image made FROM scratch out of a directory; all files belong to root. It contains the tests'
 * static programs, which report what they see, and only what is added below.
 */
public final class Image {
  private static final List<String> PROGRAMS =
      List.of("server", "act", "look", "attempt", "attack", "mute", "arrange");

  /** Where native-tests/run keeps downloads. */
  private static final String CACHE = "/var/cache/dbg-native-tests";

  private final String name;
  private final Path directory;
  private final List<Path> layers = new ArrayList<>();

  private Image(String name) {
    this.name = "dbg-test/" + name;
    this.directory = World.get().file("image-" + name);
    for (String program : PROGRAMS) {
      holds("/" + program, World.get().program(program));
    }
  }

  /** An image of this name with the tests' programs. */
  public static Image named(String name) {
    return new Image(name);
  }

  /** Adds a copy of a file of the host. */
  public Image holds(String path, Path file) {
    try {
      Files.copy(
          file,
          place(path),
          StandardCopyOption.COPY_ATTRIBUTES,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Adds a tool of the host, its loader and its libraries, at their paths on the host. */
  public Image holdsTool(String name) {
    String tool = Command.must("sh", "-c", "command -v " + name);
    holds(tool, Path.of(tool));
    String libraries = "ldd %s | grep -o '/[^ ]*' || true".formatted(tool);
    Command.must("sh", "-c", libraries).lines().forEach(path -> holds(path, Path.of(path)));
    return this;
  }

  /** Adds a copy of a directory of the host, and everything below it. */
  public Image holdsAll(String path, Path from) {
    String _ = Command.must("cp", "-RT", from.toString(), place(path).toString());
    return this;
  }

  /**
   * Adds the output of one of the tests' scripts, which is made once for all runs.
   *
   * @param script a file of {@code native-tests/images}
   */
  public Image made(String script) {
    String archive = Command.must("native-tests/images/" + script, CACHE);
    return unpacks(Path.of(archive.lines().toList().getLast()));
  }

  /** Unpacks a tar archive; files added otherwise replace those of the archive. */
  public Image unpacks(Path archive) {
    layers.add(archive);
    return this;
  }

  /** Adds a file with this text. */
  public Image has(String path, String text) {
    try {
      Files.writeString(place(path), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Adds an empty directory. */
  public Image hasDirectory(String path) {
    Path _ = place(path + "/.");
    return this;
  }

  /** Adds a symbolic link. */
  public Image links(String path, String target) {
    try {
      Files.createSymbolicLink(place(path), Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Adds an ld.so.cache that lists the libraries of a separate directory. */
  public Image hasLibraryCache(String libraries) {
    has("/etc/ld.so.conf", libraries + "\n");
    String _ = Command.must("ldconfig", "-r", directory.toString());
    return this;
  }

  private Path place(String path) {
    Path place = directory.resolve(path.substring(1));
    try {
      Files.createDirectories(place.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return place;
  }

  /** The name by which engines know it. */
  public String name() {
    return name;
  }

  /** Packs it into an archive. */
  public Path archive() {
    Path archive = World.get().file("archive");
    for (Path layer : layers) {
      String _ =
          Command.must(
              "tar", "-C", directory.toString(), "--skip-old-files", "-xf", layer.toString());
    }
    String _ =
        Command.must(
            "tar",
            "-C",
            directory.toString(),
            "--owner=0",
            "--group=0",
            "-cf",
            archive.toString(),
            ".");
    return archive;
  }
}
