package dev.dbg.altered;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The jar of dbgd in a copy of target/dbg. */
public final class AlteredJar {
  private AlteredJar() {}

  /**
   * For scripts: {@code TREE CLASS...}, where a class is one as {@code serve.AlteredServe.Slow}.
   */
  public static void main(String[] words) throws IOException {
    alter(
        Path.of(words[0]),
        Arrays.stream(words)
            .skip(1)
            .map(name -> "dev.dbg." + name.replaceFirst("\\.(\\w+)$", "\\$$1"))
            .toList());
  }

  /**
   * Alters the copy in this directory.
   *
   * @param alterations names of classes, see {@link Alteration#of}
   */
  public static void alter(Path tree, List<String> alterations) throws IOException {
    alter(tree, alterations, false);
  }

  /** The same, where an alteration is in force only if {@link Switches} says so. */
  public static void alterSwitchably(Path tree, List<String> alterations) throws IOException {
    alter(tree, alterations, true);
  }

  private static void alter(Path tree, List<String> alterations, boolean areSwitchable)
      throws IOException {
    try (FileSystem jar = FileSystems.newFileSystem(jar(tree.resolve("lib/dbg")))) {
      Path root = jar.getPath("/");
      for (String name : alterations) {
        Alteration alteration = Alteration.of(name);
        Map<Path, byte[]> files =
            areSwitchable ? alteration.switchableIn(root) : alteration.in(root);
        for (Map.Entry<Path, byte[]> file : files.entrySet()) {
          Path _ = Files.createDirectories(Objects.requireNonNull(file.getKey().getParent()));
          Path _ = Files.write(file.getKey(), file.getValue());
        }
      }
    }
  }

  /** All classes that stand in places of main's, among these class files of the tests. */
  public static List<String> all(Path classes) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(file -> file.matches(".*/Altered[A-Z]\\w*\\$\\w+\\.class"))
          .map(file -> file.replace('/', '.').replaceFirst("\\.class$", ""))
          .sorted()
          .toList();
    }
  }

  private static Path jar(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      List<Path> ours =
          all.filter(jar -> jar.getFileName().toString().matches("dbg-[0-9].*\\.jar")).toList();
      if (ours.size() != 1) {
        throw new IllegalStateException("dbgd's jar is not one file: " + ours);
      }
      return ours.get(0);
    }
  }
}
