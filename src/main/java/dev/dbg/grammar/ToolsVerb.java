package dev.dbg.grammar;

import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import dev.dbg.model.TargetName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/** {@code dbg tools [TARGET] [TOOL]}. */
@Command(name = "tools")
final class ToolsVerb implements Verb {
  @Option(names = "--json")
  boolean json;

  @Option(names = "--as", paramLabel = "USER")
  @Nullable String as;

  @Parameters(hidden = true)
  List<String> words = new ArrayList<>();

  @Override
  public Invocation invocation(ParseResult parsed) throws UsageMistake {
    if (words.size() > 2) {
      throw UsageMistake.about(
          "dbg tools takes TARGET and TOOL: for a whole line, dbg explain %s -- TOOL ARG...",
          Shortened.of(RawText.printable(words.get(0))));
    }
    Optional<TargetName> target =
        words.isEmpty() ? Optional.empty() : Optional.of(CommandWords.target(words.get(0)));
    Optional<String> tool = words.size() < 2 ? Optional.empty() : Optional.of(words.get(1));
    return new Invocation.Tools(target, tool, Optional.ofNullable(as), json);
  }
}
