package dev.dbg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Source files and their sizes.
 *
 * @param lines the number of lines of each file
 */
record Sources(Map<Path, Integer> lines) {

  /**
   * Returns the sources below a directory.
   *
   * @param endings the file name extensions, without the dot
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

  /** Returns the lines of all files. */
  long total() {
    return lines.values().stream().mapToLong(Integer::longValue).sum();
  }

  /** Returns the lines of the files that are wanted. */
  long totalOf(Predicate<Path> wanted) {
    return lines.entrySet().stream()
        .filter(file -> wanted.test(file.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Returns the directories with more than {@code most} files, package-info.java included. */
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

  /** Returns the files with more than {@code most} lines. */
  List<String> filesOver(int most) {
    return lines.entrySet().stream()
        .filter(file -> file.getValue() > most)
        .map(file -> file.getKey().toString())
        .sorted()
        .toList();
  }
}
