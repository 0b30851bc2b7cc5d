package dev.dbg.tools;

import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import java.util.Optional;
import java.util.Set;

/**
 * An environment variable with the path of what the tool has in every view: a file of the host, a
 * directory of the host, or the directory of the tool's libraries.
 *
 * @param name the variable's name
 * @param path the path on the host, with a slash at its end if it is a directory; or {@link
 *     #LIBRARIES}
 */
public record Variable(String name, String path) {
  private static final String LIBRARIES = "libraries";

  /** Variables that the shell or the loader reads, or that dbg sets. */
  private static final Set<String> OTHERS = Set.of("PATH", "LANG", "TERM", "TZ", "IFS");

  static Optional<Variable> read(TomlTable table, String key) throws TomlMistake {
    Optional<String> text = table.string(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    int equals = Math.max(0, text.get().indexOf('='));
    String name = text.get().substring(0, equals);
    String path = text.get().substring(Math.min(equals + 1, text.get().length()));
    boolean named = name.matches("[A-Z][A-Z0-9_]*") && !name.startsWith("LD_");
    boolean leads = path.equals(LIBRARIES) || path.matches("/[^*]*[^*/]/?");
    if (!named || OTHERS.contains(name) || !leads) {
      throw table.mistake(
          key,
          "'%s' is not an allowed variable: write NAME=/FILE, NAME=/DIRECTORY/ or NAME=libraries"
              .formatted(text.get()));
    }
    return Optional.of(new Variable(name, path));
  }

  /** Whether it names the directory of the tool's libraries. */
  public boolean isOfLibraries() {
    return path.equals(LIBRARIES);
  }
}
