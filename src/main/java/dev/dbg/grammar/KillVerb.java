package dev.dbg.grammar;

import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/** {@code dbg kill SESSION}. */
@Command(name = "kill")
final class KillVerb implements Verb {
  /**
   * Fewer digits would often be the beginning of a number that somebody mistook for a session's.
   */
  private static final Pattern SESSION = Pattern.compile("[0-9a-f]{4,16}");

  @Option(names = "--json")
  boolean json;

  @Parameters(hidden = true)
  List<String> words = new ArrayList<>();

  @Override
  public Invocation invocation(ParseResult parsed) throws UsageMistake {
    if (words.size() != 1) {
      throw new UsageMistake("dbg kill takes one SESSION: dbg sessions lists those that run");
    }
    if (!SESSION.matcher(words.get(0)).matches()) {
      throw UsageMistake.about(
          "'%s' is not a session: write its number, or at least the first four digits, as dbg sessions lists it",
          Shortened.of(RawText.printable(words.get(0))));
    }
    return new Invocation.Kill(words.get(0), json);
  }
}
