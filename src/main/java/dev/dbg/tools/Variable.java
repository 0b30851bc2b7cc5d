package dev.dbg.tools;

import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import java.util.Optional;
import java.util.Set;

/**
 * An environment variable with the path of a host's file that the tool has in every view.
 *
 * @param name the variable's name
 * @param file the file's path on the host
 */
public record Variable(String name, String file) {
  /** Variables that the shell or the loader reads, or that dbg sets. */
  private static final Set<String> OTHERS = Set.of("PATH", "LANG", "TERM", "TZ", "IFS");

  static Optional<Variable> read(TomlTable table, String key) throws TomlMistake {
    Optional<String> text = table.string(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    int equals = Math.max(0, text.get().indexOf('='));
    String name = text.get().substring(0, equals);
    String file = text.get().substring(Math.min(equals + 1, text.get().length()));
    boolean named = name.matches("[A-Z][A-Z0-9_]*") && !name.startsWith("LD_");
    if (!named || OTHERS.contains(name) || !file.startsWith("/") || file.endsWith("/")) {
      throw table.mistake(
          key, "'%s' is not an allowed variable: write NAME=/PATH".formatted(text.get()));
    }
    return Optional.of(new Variable(name, file));
  }
}
