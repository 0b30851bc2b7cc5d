package dev.dbg.grammar;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RawText;
import dev.dbg.model.RunAs;
import dev.dbg.model.Shortened;
import dev.dbg.model.TargetName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code TARGET [NS] [--] TOOL [ARG...]}: all words after the tool are passed on unchanged. */
final class CommandWords {
  private static final int TARGET = 0;
  private static final int NAMESPACES = 1;
  private static final String SEPARATOR = "--";

  private CommandWords() {}

  static Invocation.Line line(List<String> words, @Nullable String user, @Nullable String directory)
      throws UsageMistake {
    if (!words.isEmpty() && words.get(TARGET).matches("-.+")) {
      throw new UsageMistake(
          "Unknown option: '%s': see dbg --help"
              .formatted(Shortened.of(RawText.printable(words.get(TARGET)))));
    }
    if (words.size() > NAMESPACES && words.get(NAMESPACES).matches("-|-[^-].*|--.+")) {
      throw new UsageMistake(
          "'%s' follows TARGET: write the options of dbg before TARGET"
              .formatted(Shortened.of(RawText.printable(words.get(NAMESPACES)))));
    }
    boolean namesNamespaces = namesNamespaces(words);
    int tool = NAMESPACES + (namesNamespaces ? 1 : 0);
    if (words.size() > tool && words.get(tool).equals(SEPARATOR)) {
      tool++;
    }
    if (words.size() <= tool) {
      throw new UsageMistake(
          (words.isEmpty() ? "TARGET and TOOL are" : "TOOL is")
              + " missing: dbg TARGET [NS[,NS...]] [--] TOOL [ARG...], as in dbg web-1 -- ss -tln");
    }
    try {
      return new Invocation.Line(
          TargetName.parse(words.get(TARGET)),
          namesNamespaces
              ? WantedNamespaces.parse(words.get(NAMESPACES))
              : WantedNamespaces.Chosen.FOR_TOOL,
          runAs(user),
          Optional.ofNullable(directory),
          words.get(tool),
          words.subList(tool + 1, words.size()));
    } catch (IllegalArgumentException e) {
      throw new UsageMistake(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Whether the second word names namespaces, and is not the tool: it is followed by {@code --}, or
   * every word between its commas is a namespace.
   */
  private static boolean namesNamespaces(List<String> words) {
    if (words.size() <= NAMESPACES || words.get(NAMESPACES).equals(SEPARATOR)) {
      return false;
    }
    String word = words.get(NAMESPACES);
    return (words.size() > NAMESPACES + 1 && words.get(NAMESPACES + 1).equals(SEPARATOR))
        || word.indexOf(',') >= 0
        || word.equals("all")
        || NamespaceKind.isOne(word);
  }

  private static RunAs runAs(@Nullable String user) throws UsageMistake {
    if (user == null) {
      return RunAs.ROOT;
    }
    return RunAs.parse(user)
        .orElseThrow(
            () ->
                new UsageMistake(
                    "-u '%s' is not a user: write numbers, UID or UID:GID, as in -u 1000:1000"
                        .formatted(Shortened.of(RawText.printable(user)))));
  }
}
