package dev.dbg.resolve.systemd;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * machined's own record of the machines, {@code /run/systemd/machines/NAME}: lines of {@code
 * KEY=VALUE}.
 *
 * @param directory has a file for each machine
 */
record MachineFiles(Path directory) {
  /**
   * A name that cannot lead out of the directory: hostname_is_valid of systemd, and underscores.
   */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  private static final int LARGEST = 1 << 16;

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Empty if there is no such machine, or it is just being removed. */
  Optional<Machine> read(String name) {
    if (!isName(name) || !FileStamp.isAt(directory.resolve(name))) {
      return Optional.empty();
    }
    try (OwnedTree tree = OwnedTree.open(directory, Uid.ROOT)) {
      return Optional.of(machine(tree.read(name, LARGEST).text()))
          .filter(machine -> machine.name().equals(name));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** All machines, without the links {@code unit:UNIT} to them. */
  List<Machine> all() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(path -> path.getFileName().toString())
          .flatMap(name -> read(name).stream())
          .toList();
    }
  }

  private static Machine machine(String text) {
    Map<String, String> values = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), unquoted(line.substring(equals + 1)));
      }
    }
    String leader = values.getOrDefault("LEADER", "");
    String user = values.getOrDefault("UID", "0");
    return new Machine(
        values.getOrDefault("NAME", ""),
        values.getOrDefault("CLASS", ""),
        values.getOrDefault("SCOPE", values.getOrDefault("UNIT", "")),
        leader.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(leader) : 0,
        values.getOrDefault("ROOT", ""),
        !user.equals("0"));
  }

  /** Without the quotes and backslashes of a shell, env_file of systemd; names need none. */
  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
        : value;
  }
}
