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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * machined's own record of the machines, {@code /run/systemd/machines/NAME}: lines of {@code
 * KEY=VALUE}, as env-file.c of systemd writes them. Some values are what a user said who registered
 * a machine: since version 258 they have quotes around them, and may have more than one line.
 *
 * @param directory has a file for each machine
 */
record MachineFiles(Path directory) {
  /**
   * A name that cannot lead out of the directory: hostname_is_valid of systemd, and underscores.
   */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  private static final int LARGEST = 1 << 16;

  /** A quotation mark begins and ends a part of a value in which a line may end. */
  private static final Pattern LINE =
      Pattern.compile(
          "(?s)(?:#[^\n]*+|(?<key>[A-Z_]++)=(?<value>(?:\"(?:[^\"\\\\]|\\\\.)*+\"|[^\"'\\\\\n]|\\\\.)*+))?\n");

  /** What a backslash stands before, or nothing for a quotation mark. */
  private static final Pattern ESCAPED = Pattern.compile("(?s)\\\\(.)|\"");

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

  /**
   * @throws IOException if systemd would read something else, or nothing
   */
  static Machine machine(String text) throws IOException {
    Map<String, String> values = new HashMap<>();
    Matcher lines = LINE.matcher(text);
    while (lines.lookingAt()) {
      if (lines.group("key") != null) {
        values.put(lines.group("key"), ESCAPED.matcher(lines.group("value")).replaceAll("$1"));
      }
      lines.region(lines.end(), text.length());
    }
    if (lines.regionStart() < text.length()) {
      throw new IOException("the record has another form");
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
}
