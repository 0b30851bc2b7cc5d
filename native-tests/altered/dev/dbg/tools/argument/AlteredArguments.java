package dev.dbg.tools.argument;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import java.util.List;

/** What native tests put in places of {@code tools.argument}. */
public interface AlteredArguments {

  /** Lets tar(1) undo the backslashes of names. */
  final class Unquoting {
    @InPlaceOf(value = TomlTable.class, usedIn = GrammarReader.class)
    static List<String> strings(TomlTable table, String key) throws TomlMistake {
      return table.strings(key).stream().filter(word -> !word.equals("--no-unquote")).toList();
    }
  }
}
