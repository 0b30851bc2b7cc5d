package dev.dbg.toml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;
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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One table of a TOML 1.0 document, read strictly: each key has one type, and a key that no reader
 * asked for is a mistake ({@link #rejectUnknown}).
 *
 * <p>Not safe for use by several threads.
 */
public final class TomlTable {
  /** More than any file of dbg's needs, and less than fills a thread's stack. */
  private static final StreamReadConstraints NESTED =
      StreamReadConstraints.builder().maxNestingDepth(32).build();

  /**
   * Reads a bare date as a date, not as a string, so that it is refused where a string is expected.
   */
  private static final TomlMapper MAPPER =
      TomlMapper.builder(TomlFactory.builder().streamReadConstraints(NESTED).build())
          .enable(TomlReadFeature.PARSE_JAVA_TIME)
          .build();

  private final String file;
  private final KeyPositions positions;
  private final String path;
  private final JsonNode node;
  private final TreeSet<String> known = new TreeSet<>();

  private TomlTable(String file, KeyPositions positions, String path, JsonNode node) {
    this.file = file;
    this.positions = positions;
    this.path = path;
    this.node = node;
  }

  /** Loads the parser's classes, which takes longer than to parse a file. */
  public static void load() {
    try {
      TomlTable _ = parse("", "loads = 1");
    } catch (TomlMistake e) {
      throw new IllegalStateException(e);
    }
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
      return new TomlTable(file, new KeyPositions(text), "", table);
    } catch (JsonProcessingException e) {
      throw new TomlMistake(file, position(text, e.getLocation()), e.getOriginalMessage());
    } catch (DateTimeParseException e) {
      // Jackson does not catch this: 2026-52-01 has the form of a date.
      String wrong = e.getParsedString();
      throw new TomlMistake(
          file,
          new Position.Places(text).at(Math.max(0, text.indexOf(wrong))),
          "not a valid date: " + e.getMessage());
    } catch (RuntimeException e) {
      // Nor does it catch its helpers' other exceptions, which have no position.
      throw new TomlMistake(file, Position.START, "cannot be read as TOML: " + e.getMessage());
    }
  }

  /** Jackson's position, moved into the text: for an error at the end it is beyond the text. */
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

  /** Whether {@code key} is present, with any value. */
  public boolean has(String key) {
    return value(key) != null;
  }

  public Optional<String> string(String key) throws TomlMistake {
    return value(key, JsonNode::isTextual, "a string").map(JsonNode::textValue);
  }

  public String requiredString(String key) throws TomlMistake {
    return string(key).orElseThrow(() -> mistake("'%s' is missing".formatted(key)));
  }

  /** A string that is parsed; {@code wanted} says in messages what it must be. */
  public <T> Optional<T> parsed(String key, Function<String, Optional<T>> parser, String wanted)
      throws TomlMistake {
    Optional<String> text = string(key);
    Optional<T> value = text.flatMap(parser);
    if (text.isPresent() && value.isEmpty()) {
      throw mistake(key, "'%s' is not %s".formatted(text.get(), wanted));
    }
    return value;
  }

  public Optional<Long> integer(String key, long least, long most) throws TomlMistake {
    return value(
            key,
            value ->
                value.isIntegralNumber()
                    && value.canConvertToLong()
                    && value.longValue() >= least
                    && value.longValue() <= most,
            "a whole number from %d to %d".formatted(least, most))
        .map(JsonNode::longValue);
  }

  /** An offset date-time such as {@code 2026-12-01T00:00:00Z}. */
  public Optional<Instant> instant(String key) throws TomlMistake {
    return value(
            key,
            value -> value instanceof POJONode node && node.getPojo() instanceof OffsetDateTime,
            "a date and time as 2026-12-01T00:00:00Z")
        .map(value -> ((OffsetDateTime) ((POJONode) value).getPojo()).toInstant());
  }

  /** The keys that are present; each is then known to {@link #rejectUnknown}. */
  public Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    node.properties().forEach(entry -> keys.add(entry.getKey()));
    known.addAll(keys);
    return keys;
  }

  public boolean flag(String key) throws TomlMistake {
    return value(key, JsonNode::isBoolean, "true or false")
        .map(JsonNode::booleanValue)
        .orElse(false);
  }

  /** Whether {@code key} is present and its value is a string. */
  public boolean isString(String key) {
    JsonNode value = value(key);
    return value != null && value.isTextual();
  }

  /** A list of strings; empty when the key is missing. */
  public List<String> strings(String key) throws TomlMistake {
    List<String> strings = new ArrayList<>();
    for (JsonNode element : elements(key, "a list of strings")) {
      if (!element.isTextual()) {
        throw mistake(key, "'%s' must hold strings only".formatted(key));
      }
      strings.add(element.textValue());
    }
    return List.copyOf(strings);
  }

  /** A list of strings that must be present and not empty. */
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
    JsonNode table =
        value(key, JsonNode::isObject, "a table").orElse(JsonNodeFactory.instance.objectNode());
    return new TomlTable(file, positions, pathOf(key), table);
  }

  /** The array of tables under {@code key}; empty when it is missing. */
  public List<TomlTable> tables(String key) throws TomlMistake {
    String wanted = "written [[%s]]".formatted(key);
    List<TomlTable> tables = new ArrayList<>();
    for (JsonNode element : elements(key, wanted)) {
      if (!element.isObject()) {
        throw mistake(key, "'%s' must be %s".formatted(key, wanted));
      }
      String at = "%s[%d]".formatted(pathOf(key), tables.size());
      tables.add(new TomlTable(file, positions, at, element));
    }
    return tables;
  }

  /** Refuses all keys that no reader asked for, with the nearest known key as a suggestion. */
  public void rejectUnknown() throws TomlMistake {
    List<TomlMistake> unknown = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String key = entry.getKey();
      if (!known.contains(key)) {
        String where = path.isEmpty() ? "" : " in [%s]".formatted(path.replaceAll("\\[\\d+]", ""));
        String nearest =
            DidYouMean.question(key, known, ": known here: " + String.join(", ", known));
        unknown.add(mistake(key, "unknown key '%s'%s%s".formatted(key, where, nearest)));
      }
    }
    if (!unknown.isEmpty()) {
      throw TomlMistake.of(unknown);
    }
  }

  /**
   * Converts the value of {@code key}.
   *
   * @throws TomlMistake with the message of the conversion's IllegalArgumentException
   */
  public <T> T converted(String key, Supplier<T> conversion) throws TomlMistake {
    try {
      return conversion.get();
    } catch (IllegalArgumentException e) {
      throw mistake(key, String.valueOf(e.getMessage()));
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

  /** The value of {@code key}, which must be of the wanted kind if the key is present. */
  private Optional<JsonNode> value(String key, Predicate<JsonNode> isWanted, String wanted)
      throws TomlMistake {
    Optional<JsonNode> value = Optional.ofNullable(value(key));
    if (value.isPresent() && !isWanted.test(value.get())) {
      throw mistake(key, "'%s' must be %s".formatted(key, wanted));
    }
    return value;
  }

  /** The elements of the list under {@code key}; none when it is missing. */
  private Iterable<JsonNode> elements(String key, String wanted) throws TomlMistake {
    return value(key, JsonNode::isArray, wanted).orElse(JsonNodeFactory.instance.arrayNode());
  }

  private String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** The position of {@code wanted}, or of the nearest table or key that holds it. */
  private Position positionOf(String wanted) {
    // An array of tables has no position of its own; its first table has.
    Position first = positions.at(wanted + "[0]");
    if (first != null) {
      return first;
    }
    String at = wanted;
    while (!at.isEmpty()) {
      Position position = positions.at(at);
      if (position != null) {
        return position;
      }
      at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
    }
    return Position.START;
  }
}
