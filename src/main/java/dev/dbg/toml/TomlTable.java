package dev.dbg.toml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import com.fasterxml.jackson.dataformat.toml.TomlReadFeature;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One table of a TOML 1.0 document, read strictly: every key must be asked for, has one type, and
 * what nobody asked for is a mistake ({@link #rejectUnknown}).
 *
 * <p>Not for use by several threads.
 */
public final class TomlTable {
  /** A bare date is a date, not a string: nothing here takes one. */
  private static final TomlMapper MAPPER =
      TomlMapper.builder().enable(TomlReadFeature.PARSE_JAVA_TIME).build();

  private final String file;
  private final Map<String, Position> positions;
  private final String path;
  private final JsonNode node;
  private final TreeSet<String> known = new TreeSet<>();

  private TomlTable(String file, Map<String, Position> positions, String path, JsonNode node) {
    this.file = file;
    this.positions = positions;
    this.path = path;
    this.node = node;
  }

  /**
   * Parses a document.
   *
   * @param file what to call it in messages
   */
  public static TomlTable parse(String file, String text) throws TomlMistake {
    try {
      JsonNode root = MAPPER.readTree(text);
      // An empty document is an empty table.
      JsonNode table = root.isObject() ? root : JsonNodeFactory.instance.objectNode();
      return new TomlTable(file, KeyPositions.of(text), "", table);
    } catch (JsonProcessingException e) {
      throw new TomlMistake(file, position(text, e.getLocation()), e.getOriginalMessage());
    } catch (DateTimeParseException e) {
      // Jackson lets it through: 2026-52-01 has the form of a date.
      String wrong = e.getParsedString();
      throw new TomlMistake(
          file,
          new Position.Places(text).at(Math.max(0, text.indexOf(wrong))),
          "this is no date: " + e.getMessage());
    } catch (RuntimeException e) {
      // So it does with whatever else its helpers throw, without a place.
      throw new TomlMistake(file, Position.START, "it cannot be read as TOML: " + e.getMessage());
    }
  }

  /** Jackson's place, which at a text's end lies beyond it. */
  private static Position position(String text, @Nullable JsonLocation at) {
    if (at == null) {
      return Position.START;
    }
    List<String> lines = List.of(text.split("\n", -1));
    int line = Math.clamp(at.getLineNr(), 1, lines.size());
    int column = Math.clamp(at.getColumnNr(), 1, lines.get(line - 1).length() + 1);
    return new Position(line, column);
  }

  /** Where this table starts. */
  public Position position() {
    return positionOf(path);
  }

  /** The file's name as given to {@link #parse}. */
  public String file() {
    return file;
  }

  /** Whether {@code key} is there, with whatever value. */
  public boolean has(String key) {
    return value(key) != null;
  }

  public Optional<String> string(String key) throws TomlMistake {
    JsonNode value = value(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw mistake(key, "'%s' must be a string".formatted(key));
    }
    return Optional.of(value.textValue());
  }

  public String requiredString(String key) throws TomlMistake {
    return string(key).orElseThrow(() -> mistake("'%s' is missing".formatted(key)));
  }

  public Optional<Long> integer(String key, long least, long most) throws TomlMistake {
    JsonNode value = value(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      throw mistake(key, "'%s' must be a whole number from %d to %d".formatted(key, least, most));
    }
    return Optional.of(value.longValue());
  }

  /** An offset date-time such as {@code 2026-12-01T00:00:00Z}. */
  public Optional<Instant> instant(String key) throws TomlMistake {
    JsonNode value = value(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof POJONode node && node.getPojo() instanceof OffsetDateTime time) {
      return Optional.of(time.toInstant());
    }
    throw mistake(key, "'%s' must be a date and time as 2026-12-01T00:00:00Z".formatted(key));
  }

  /** The keys that are there; each is known from then on. */
  public Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    node.properties().forEach(entry -> keys.add(entry.getKey()));
    known.addAll(keys);
    return keys;
  }

  public boolean flag(String key) throws TomlMistake {
    JsonNode value = value(key);
    if (value == null) {
      return false;
    }
    if (!value.isBoolean()) {
      throw mistake(key, "'%s' must be true or false".formatted(key));
    }
    return value.booleanValue();
  }

  /** Whether there is such a key, and a string is written for it. */
  public boolean isString(String key) {
    JsonNode value = value(key);
    return value != null && value.isTextual();
  }

  /** A list of strings; empty when the key is missing. */
  public List<String> strings(String key) throws TomlMistake {
    JsonNode value = value(key);
    if (value == null) {
      return List.of();
    }
    List<String> strings = new ArrayList<>();
    if (!value.isArray()) {
      throw mistake(key, "'%s' must be a list of strings".formatted(key));
    }
    for (JsonNode element : value) {
      if (!element.isTextual()) {
        throw mistake(key, "'%s' must hold strings only".formatted(key));
      }
      strings.add(element.textValue());
    }
    return List.copyOf(strings);
  }

  /** A list of strings that must be there and must not be empty. */
  public List<String> requiredStrings(String key) throws TomlMistake {
    List<String> strings = strings(key);
    if (strings.isEmpty()) {
      throw value(key) == null
          ? mistake("'%s' is missing".formatted(key))
          : mistake(key, "'%s' must not be empty".formatted(key));
    }
    return strings;
  }

  /** The table under {@code key}; an empty one when it is missing. */
  public TomlTable table(String key) throws TomlMistake {
    JsonNode value = value(key);
    if (value != null && !value.isObject()) {
      throw mistake(key, "'%s' must be a table".formatted(key));
    }
    JsonNode table = value == null ? JsonNodeFactory.instance.objectNode() : value;
    return new TomlTable(file, positions, pathOf(key), table);
  }

  /** The array of tables under {@code key}; empty when it is missing. */
  public List<TomlTable> tables(String key) throws TomlMistake {
    JsonNode value = value(key);
    List<TomlTable> tables = new ArrayList<>();
    if (value == null) {
      return tables;
    }
    if (!value.isArray()) {
      throw mistake(key, "'%s' must be written [[%s]]".formatted(key, key));
    }
    for (int i = 0; i < value.size(); i++) {
      if (!value.get(i).isObject()) {
        throw mistake(key, "'%s' must be written [[%s]]".formatted(key, key));
      }
      tables.add(new TomlTable(file, positions, pathOf(key) + "[" + i + "]", value.get(i)));
    }
    return tables;
  }

  /** Refuses any key that no reader asked for, with the nearest known key as a suggestion. */
  public void rejectUnknown() throws TomlMistake {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String key = entry.getKey();
      if (!known.contains(key)) {
        String where = path.isEmpty() ? "" : " in [%s]".formatted(path.replaceAll("\\[\\d+]", ""));
        String nearest =
            Nearest.to(key, known)
                .map(": did you mean '%s'?"::formatted)
                .orElse(": known here: " + String.join(", ", known));
        throw mistake(key, "unknown key '%s'%s%s".formatted(key, where, nearest));
      }
    }
  }

  /** A mistake about the value of {@code key}. */
  public TomlMistake mistake(String key, String what) {
    return new TomlMistake(file, positionOf(pathOf(key)), what);
  }

  /** A mistake about this table as a whole. */
  public TomlMistake mistake(String what) {
    return new TomlMistake(file, position(), what);
  }

  private @Nullable JsonNode value(String key) {
    known.add(key);
    return node.get(key);
  }

  private String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** The place of {@code wanted}, or of the nearest table or key that holds it. */
  private Position positionOf(String wanted) {
    // An array of tables has no place of its own, but its first table has.
    Position first = positions.get(wanted + "[0]");
    if (first != null) {
      return first;
    }
    String at = wanted;
    while (!at.isEmpty()) {
      Position position = positions.get(at);
      if (position != null) {
        return position;
      }
      at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
    }
    return Position.START;
  }
}
