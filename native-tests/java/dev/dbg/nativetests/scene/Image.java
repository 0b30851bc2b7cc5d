package dev.dbg.nativetests.scene;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * An image to be made FROM scratch: its files are those of a directory, all of them root's. It has
 * the tests' static programs, which see what is to be seen, and else only what is put in.
 */
public final class Image {
  private static final List<String> PROGRAMS =
      List.of("server", "act", "look", "attempt", "attack", "mute", "arrange");

  /** Where native-tests/run keeps what is downloaded. */
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

  /** An image of this name that holds the tests' programs. */
  public static Image named(String name) {
    return new Image(name);
  }

  /** With a copy of a file of the host's. */
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

  /** With a tool of the host's, its loader and its libraries, all where the host has them. */
  public Image holdsTool(String name) {
    String tool = Command.must("sh", "-c", "command -v " + name);
    holds(tool, Path.of(tool));
    String libraries = "ldd %s | grep -o '/[^ ]*' || true".formatted(tool);
    Command.must("sh", "-c", libraries).lines().forEach(path -> holds(path, Path.of(path)));
    return this;
  }

  /** With a copy of a directory of the host's, and everything below it. */
  public Image holdsAll(String path, Path from) {
    String _ = Command.must("cp", "-RT", from.toString(), place(path).toString());
    return this;
  }

  /**
   * With what a script of the tests' makes, once for all runs.
   *
   * @param script a file of {@code native-tests/images}
   */
  public Image made(String script) {
    String archive = Command.must("native-tests/images/" + script, CACHE);
    return unpacks(Path.of(archive.lines().toList().getLast()));
  }

  /** With all that is in a tar archive, below what was put in otherwise. */
  public Image unpacks(Path archive) {
    layers.add(archive);
    return this;
  }

  /** With a file of this text. */
  public Image has(String path, String text) {
    try {
      Files.writeString(place(path), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** With an empty directory. */
  public Image hasDirectory(String path) {
    Path _ = place(path + "/.");
    return this;
  }

  /** With a symbolic link. */
  public Image links(String path, String target) {
    try {
      Files.createSymbolicLink(place(path), Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** With an ld.so.cache of the libraries in a directory of its own. */
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

  /** What an engine calls it. */
  public String name() {
    return name;
  }

  /** Packs it. */
  Path archive() {
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
