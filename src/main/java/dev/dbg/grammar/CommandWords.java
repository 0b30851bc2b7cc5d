package dev.dbg.grammar;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RawText;
import dev.dbg.model.RunAs;
import dev.dbg.model.Shortened;
import dev.dbg.model.TargetName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code TARGET NS [--] TOOL [ARG...]}: all words after the tool are passed on unchanged. */
final class CommandWords {
  private static final int TARGET = 0;
  private static final int NAMESPACES = 1;
  private static final int TOOL = 2;

  private CommandWords() {}

  static Invocation.Line line(List<String> words, @Nullable String user) throws UsageMistake {
    if (!words.isEmpty() && words.get(TARGET).matches("-.+")) {
      throw new UsageMistake(
          "Unknown option: '%s': see dbg --help"
              .formatted(Shortened.of(RawText.printable(words.get(TARGET)))));
    }
    int tool = words.size() > TOOL && words.get(TOOL).equals("--") ? TOOL + 1 : TOOL;
    if (words.size() <= tool) {
      String missing =
          switch (words.size()) {
            case 0 -> "TARGET, NS and TOOL are";
            case 1 -> "NS and TOOL are";
            default -> "TOOL is";
          };
      throw new UsageMistake(
          missing
              + " missing: dbg TARGET NS[,NS...] [--] TOOL [ARG...], as in dbg web-1 net -- ss -tln");
    }
    try {
      return new Invocation.Line(
          TargetName.parse(words.get(TARGET)),
          NamespaceKind.selection(words.get(NAMESPACES)),
          runAs(user),
          words.get(tool),
          words.subList(tool + 1, words.size()));
    } catch (IllegalArgumentException e) {
      throw new UsageMistake(String.valueOf(e.getMessage()));
    }
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
