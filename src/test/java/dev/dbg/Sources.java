package dev.dbg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Source files, by their sizes.
 *
 * @param lines how many lines each file has
 */
record Sources(Map<Path, Integer> lines) {

  /**
   * The sources below a directory.
   *
   * @param endings of their names, without the dot
   */
  static Sources below(Path directory, String... endings) throws IOException {
    Map<Path, Integer> lines = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (List.of(endings).contains(file.toString().replaceFirst(".*\\.", ""))) {
          lines.put(file, Files.readAllLines(file).size());
        }
      }
    }
    return new Sources(lines);
  }

  /** The directories with more files than that; package-info.java counts too. */
  List<String> directoriesOver(long most) {
    return lines.keySet().stream()
        .collect(Collectors.groupingBy(Sources::directory, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .filter(files -> files.getValue() > most)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String directory(Path file) {
    return file.resolveSibling("").toString();
  }

  /** The files with more lines than that. */
  List<String> filesOver(int most) {
    return lines.entrySet().stream()
        .filter(file -> file.getValue() > most)
        .map(file -> file.getKey().toString())
        .sorted()
        .toList();
  }
}
