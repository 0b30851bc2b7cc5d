package dev.dbg.resolve.lxc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of a container of Incus, from the {@code backup.yaml} that incusd writes beside the
 * container's root file system at each change. Only the mapping {@code expanded_config} of the
 * container is read: lines of four spaces, a key, a colon and a scalar, as incusd writes them.
 *
 * <p>The container's owner chooses values, not lines: what does not fit on a line follows on lines
 * that are indented further, and so cannot be taken for a key. If one of the settings {@code
 * user.*} is written in a way that is not known here, or there are more than are kept of one, none
 * is used: an exception of a rule must not miss one.
 */
final class BackupFile {
  /** The keys that Incus leaves to whoever makes the container. */
  static final String USER = "user.";

  private static final String CONTAINER = "container:";
  private static final String SETTINGS = "  expanded_config:";
  private static final String INDENT = "    ";
  private static final int OF_A_BLOCK = 6;

  /** The image's fingerprint; as long as that of SHA-256. */
  private static final String IMAGE = "volatile.base_image";

  private static final int LONGEST_IMAGE = 64;

  /** The most labels of a container, and their characters together: as of images' labels. */
  private static final int MOST_LABELS = 256;

  private static final int OF_ALL_LABELS = 1 << 14;

  /** More lines or characters of settings are not used, as if one could not be read. */
  private static final int MOST_LINES = 4096;

  private static final int MOST_CHARACTERS = 1 << 16;

  private BackupFile() {}

  /**
   * The settings that are used.
   *
   * @param withLabels whether those of {@link #USER} are
   */
  static IncusSettings settings(String yaml, boolean withLabels) {
    String image = "";
    Map<String, String> labels = new HashMap<>();
    boolean areKnown = withLabels;
    int characters = 0;
    Optional<List<String>> found = lines(yaml);
    if (found.isEmpty()) {
      return IncusSettings.UNKNOWN;
    }
    List<String> lines = found.get();
    for (int i = 0; i < lines.size(); ) {
      String line = lines.get(i);
      int colon = line.indexOf(": ");
      if (colon < INDENT.length()
          || line.startsWith(INDENT + '"')
          || line.startsWith(INDENT + "'")) {
        return IncusSettings.UNKNOWN;
      }
      int first = ++i;
      while (i < lines.size() && isContinued(lines.get(i))) {
        i++;
      }
      String key = line.substring(INDENT.length(), colon);
      if (key.equals(IMAGE) || (areKnown && key.startsWith(USER))) {
        Optional<String> value = scalar(line.substring(colon + 2), lines.subList(first, i));
        if (key.equals(IMAGE)) {
          image = value.filter(text -> text.length() <= LONGEST_IMAGE).orElse("");
        } else {
          characters += key.length() + value.map(String::length).orElse(0);
          areKnown =
              value.isPresent() && labels.size() < MOST_LABELS && characters <= OF_ALL_LABELS;
          labels.put(key, value.orElse(""));
        }
      }
    }
    return new IncusSettings(image, areKnown ? Optional.of(labels) : Optional.empty());
  }

  /** The lines of the settings; empty if there are more lines or characters than are read. */
  private static Optional<List<String>> lines(String yaml) {
    List<String> lines = new ArrayList<>();
    int characters = 0;
    boolean inContainer = false;
    boolean inSettings = false;
    // One by one: of a megabyte of empty lines, a list would take sixty.
    for (int from = 0; from <= yaml.length(); ) {
      int end = yaml.indexOf('\n', from);
      String line = yaml.substring(from, end < 0 ? yaml.length() : end);
      from = end < 0 ? yaml.length() + 1 : end + 1;
      if (!line.isEmpty() && !line.startsWith(" ")) {
        inContainer = line.equals(CONTAINER);
        inSettings = false;
      } else if (inContainer && line.startsWith("  ") && !line.startsWith("   ")) {
        inSettings = line.equals(SETTINGS);
      } else if (inSettings) {
        characters += line.length();
        lines.add(line);
        if (lines.size() > MOST_LINES || characters > MOST_CHARACTERS) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(lines);
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
        Stream.concat(Stream.of(first), more.stream().map(String::strip))
            .collect(Collectors.joining(" ")));
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
