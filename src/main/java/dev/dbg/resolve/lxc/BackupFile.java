package dev.dbg.resolve.lxc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The settings of a container of Incus, from the {@code backup.yaml} that incusd writes beside the
 * container's root file system at each change. Only the mapping {@code expanded_config} of the
 * container is read: lines of four spaces, a key, a colon and a scalar, as incusd writes them.
 *
 * <p>The container's owner chooses values, not lines: what does not fit on a line follows on lines
 * that are indented further, and so cannot be taken for a key. If one of the settings {@code
 * user.*} is written in a way that is not known here, none is used: an exception of a rule must not
 * miss one.
 */
final class BackupFile {
  /** The keys that Incus leaves to whoever makes the container. */
  static final String USER = "user.";

  private static final String CONTAINER = "container:";
  private static final String SETTINGS = "  expanded_config:";
  private static final String INDENT = "    ";
  private static final int OF_A_BLOCK = 6;

  /** More lines or characters of settings are not used, as if one could not be read. */
  private static final int MOST_LINES = 4096;

  private static final int MOST_CHARACTERS = 1 << 16;

  private BackupFile() {}

  /** The settings that can be read; empty if one of {@link #USER} cannot be. */
  static Optional<Map<String, String>> settings(String yaml) {
    Map<String, String> settings = new HashMap<>();
    List<String> lines = lines(yaml);
    if (lines.size() > MOST_LINES
        || lines.stream().mapToInt(String::length).sum() > MOST_CHARACTERS) {
      return Optional.empty();
    }
    for (int i = 0; i < lines.size(); ) {
      String line = lines.get(i++);
      int colon = line.indexOf(": ");
      if (colon < 0 || line.startsWith(INDENT + '"') || line.startsWith(INDENT + "'")) {
        return Optional.empty();
      }
      List<String> more = new ArrayList<>();
      while (i < lines.size() && isContinued(lines.get(i))) {
        more.add(lines.get(i++));
      }
      String key = line.substring(INDENT.length(), colon);
      Optional<String> value = scalar(line.substring(colon + 2), more);
      if (value.isEmpty() && key.startsWith(USER)) {
        return Optional.empty();
      }
      value.ifPresent(text -> settings.put(key, text));
    }
    return Optional.of(settings);
  }

  private static List<String> lines(String yaml) {
    List<String> lines = new ArrayList<>();
    boolean inContainer = false;
    boolean inSettings = false;
    // One by one: of a megabyte of empty lines, a list would take sixty.
    for (int from = 0; from <= yaml.length() && lines.size() <= MOST_LINES; ) {
      int end = yaml.indexOf('\n', from);
      String line = yaml.substring(from, end < 0 ? yaml.length() : end);
      from = end < 0 ? yaml.length() + 1 : end + 1;
      if (!line.isEmpty() && !line.startsWith(" ")) {
        inContainer = line.equals(CONTAINER);
        inSettings = false;
      } else if (inContainer && line.startsWith("  ") && !line.startsWith("   ")) {
        inSettings = line.equals(SETTINGS);
      } else if (inSettings) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static boolean isContinued(String line) {
    return line.isEmpty() || line.startsWith(INDENT + " ");
  }

  private static Optional<String> scalar(String first, List<String> more) {
    if (first.equals("|") || first.equals("|-") || first.equals("|+")) {
      return Optional.of(
          more.stream()
              .map(line -> line.substring(Math.min(OF_A_BLOCK, line.length())))
              .collect(Collectors.joining("\n")));
    }
    boolean isFolded = !more.isEmpty();
    if (first.startsWith("'") || first.startsWith("\"")) {
      return isFolded ? Optional.empty() : quoted(first);
    }
    if ("|>&*!%@`{[#".indexOf(first.isEmpty() ? '#' : first.charAt(0)) >= 0 || more.contains("")) {
      return Optional.empty();
    }
    return Optional.of(
        more.stream().map(String::strip).reduce(first, (all, line) -> all + " " + line));
  }

  private static Optional<String> quoted(String text) {
    char quote = text.charAt(0);
    if (text.length() < 2 || text.charAt(text.length() - 1) != quote) {
      return Optional.empty();
    }
    String inner = text.substring(1, text.length() - 1);
    if (quote == '\'') {
      return Optional.of(inner.replace("''", "'"));
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < inner.length(); i++) {
      char one = inner.charAt(i);
      if (one == '\\') {
        int which = ++i < inner.length() ? "\\\"ntr".indexOf(inner.charAt(i)) : -1;
        if (which < 0) {
          return Optional.empty();
        }
        one = "\\\"\n\t\r".charAt(which);
      }
      plain.append(one);
    }
    return Optional.of(plain.toString());
  }
}
