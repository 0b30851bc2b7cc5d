package dev.dbg.resolve.untrusted;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Selected fields of a JSON value, by their paths: {@code State.Pid}, {@code names.0}, {@code
 * Config.Labels.*} for all fields of an object, and {@code mounts.#.type} for a field of each
 * element of a list, or of each member of an object. The value is read as a stream and only these
 * fields are kept, so that an attacker who wrote it cannot exhaust the heap: each is charged to an
 * {@link Allowance}, and what one value may have is limited.
 */
public final class JsonFields {
  private static final String ALL = ".*";
  private static final String EACH = ".#.";

  /** The longest text of a single field, and the longest name of any: an image's has 500. */
  private static final int LONGEST = 4096;

  /** The most fields of an object that is kept as a whole, and their characters together. */
  private static final int MOST_FIELDS = 256;

  private static final int MOST_CHARACTERS = 1 << 14;

  private final JsonStream json;
  private final Set<String> wanted;
  private final Allowance allowance;
  private final Map<String, String> found = new TreeMap<>();
  private final Map<String, List<JsonFields>> elements = new HashMap<>();

  /** What is kept of an object so far. */
  private final Map<String, Integer> fields = new HashMap<>();

  private final Map<String, Integer> characters = new HashMap<>();

  /** The objects that have more than is kept. */
  private final Set<String> overfull = new HashSet<>();

  private boolean isTooLong;

  private JsonFields(JsonStream json, Set<String> wanted, Allowance allowance) {
    this.json = json;
    this.wanted = wanted;
    this.allowance = allowance;
  }

  /** What takes the elements of a list. */
  public interface Elements {
    void add(JsonFields element) throws IOException;
  }

  /**
   * Reads an object.
   *
   * @throws AllowanceExceeded if one of its texts is too long, or the allowance does not suffice
   */
  public static JsonFields of(InputStream json, Set<String> wanted, Allowance allowance)
      throws IOException {
    JsonFields fields = new JsonFields(new JsonStream(allowance.metered(json)), wanted, allowance);
    fields.read("", 0);
    if (fields.isTooLong) {
      throw new AllowanceExceeded();
    }
    return fields;
  }

  /** Reads a list, element by element. One with a text that is too long is left out. */
  public static void ofEach(
      InputStream json, Set<String> wanted, Allowance allowance, Elements elements)
      throws IOException {
    JsonStream stream = new JsonStream(allowance.metered(json));
    stream.expect('[');
    for (boolean isFirst = true; stream.hasMore(']', isFirst); isFirst = false) {
      allowance.take(Allowance.CONTAINER);
      JsonFields element = new JsonFields(stream, wanted, allowance);
      element.read("", 0);
      if (element.isTooLong) {
        allowance.leaveOut();
      } else {
        elements.add(element);
      }
    }
  }

  private void read(String path, int depth) throws IOException {
    switch (json.peek()) {
      case '[', '{' -> {
        if (leadsOn(path) && depth < JsonStream.DEEPEST) {
          readEach(path, depth);
        } else {
          json.skip();
        }
      }
      case '"' -> {
        if (isWanted(path)) {
          keep(path, json.text(room(path)));
        } else {
          json.skip();
        }
      }
      default -> {
        Optional<String> word = json.word(LONGEST);
        if (isWanted(path) && !word.equals(Optional.of("null"))) {
          keep(path, word);
        }
      }
    }
  }

  private void readEach(String path, int depth) throws IOException {
    boolean isList = json.peek() == '[';
    Set<String> ofElements = ofElements(path);
    json.expect(isList ? '[' : '{');
    for (int i = 0; json.hasMore(isList ? ']' : '}', i == 0); i++) {
      if (!ofElements.isEmpty()) {
        readElement(path, ofElements, isList);
        continue;
      }
      boolean isKept = !overfull.contains(path);
      Optional<String> field = Optional.of(Integer.toString(i));
      if (!isList) {
        field = json.text(isKept ? LONGEST : 0);
        json.expect(':');
      }
      if (isKept && field.isPresent()) {
        read(below(path, field.get()), depth + 1);
      } else {
        if (wanted.contains(path + ALL)) {
          overfull.add(path);
        }
        json.skip();
      }
    }
  }

  private Set<String> ofElements(String path) {
    return wanted.stream()
        .filter(one -> one.startsWith(path + EACH))
        .map(one -> one.substring(path.length() + EACH.length()))
        .collect(Collectors.toSet());
  }

  private void readElement(String path, Set<String> ofElements, boolean isList) throws IOException {
    if (!isList) {
      Optional<String> _ = json.text(0);
      json.expect(':');
    }
    allowance.take(Allowance.CONTAINER);
    JsonFields element = new JsonFields(json, ofElements, allowance);
    element.read("", 0);
    isTooLong |= element.isTooLong;
    elements.computeIfAbsent(path, _ -> new ArrayList<>()).add(element);
  }

  /** How long a text may be that is kept. */
  private int room(String path) {
    return whole(path).isEmpty() ? LONGEST : MOST_CHARACTERS;
  }

  private void keep(String path, Optional<String> text) throws IOException {
    Optional<String> object = whole(path);
    if (object.isEmpty() && text.isEmpty()) {
      isTooLong = true;
    } else if (object.isEmpty()) {
      allowance.takeField(path, text.orElse(""));
      found.put(path, text.orElse(""));
    } else if (fits(object.get(), path, text)) {
      allowance.takeLabel(path, text.orElse(""));
      found.put(path, text.orElse(""));
    }
  }

  private boolean fits(String object, String path, Optional<String> text) {
    int count = fields.merge(object, 1, Integer::sum);
    int all =
        characters.merge(object, path.length() + text.map(String::length).orElse(0), Integer::sum);
    if (text.isEmpty()
        || count > MOST_FIELDS
        || all > MOST_CHARACTERS
        || !allowance.hasRoomForLabels()) {
      overfull.add(object);
    }
    return !overfull.contains(object);
  }

  private static String below(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  private boolean isWanted(String path) {
    return wanted.contains(path) || whole(path).isPresent();
  }

  /** The object that is kept as a whole and has this field. */
  private Optional<String> whole(String path) {
    for (String one : wanted) {
      if (one.endsWith(ALL) && path.startsWith(one.substring(0, one.length() - 1))) {
        return Optional.of(one.substring(0, one.length() - ALL.length()));
      }
    }
    return Optional.empty();
  }

  private boolean leadsOn(String path) {
    return path.isEmpty() || wanted.stream().anyMatch(w -> w.startsWith(path + "."));
  }

  /** A field's text; empty if it is missing. */
  public String text(String path) {
    return found.getOrDefault(path, "");
  }

  public Optional<String> optional(String path) {
    return Optional.ofNullable(found.get(path));
  }

  /** A field's number; 0 if it is missing or not a number. */
  public int number(String path) {
    try {
      return Integer.parseInt(text(path));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The elements of a list or an object of which fields were selected with {@code .#.}. */
  public List<JsonFields> each(String path) {
    return elements.getOrDefault(path, List.of());
  }

  /** All fields of an object that was selected with {@code .*}; empty if it has too many. */
  public Optional<Map<String, String>> all(String object) {
    if (overfull.contains(object)) {
      return Optional.empty();
    }
    String prefix = object + ".";
    Map<String, String> fields = new HashMap<>();
    found.forEach(
        (path, text) -> {
          if (path.startsWith(prefix)) {
            fields.put(path.substring(prefix.length()), text);
          }
        });
    return Optional.of(fields);
  }
}
