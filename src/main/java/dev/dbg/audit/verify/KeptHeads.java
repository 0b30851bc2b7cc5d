package dev.dbg.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.verify.TrustAnchors.Claim;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Heads of a log that were kept: the records that it must have, and the epochs of those that are of
 * seals. A log is called as its directory, by who collected it: a log's own word is that of whoever
 * has rewritten it.
 */
public record KeptHeads(List<Claim> claims, NavigableSet<Long> epochs) {
  /** What the lines of no host are kept under. */
  public static final String NO_HOST = "";

  private static final String UNIT = "dbgd.service";
  private static final Pattern EPOCH = Pattern.compile("\\bepoch (\\d{1,18}), head [0-9a-f:]+$");
  private static final Set<String> LISTS = Set.of("List", "DebugLogHeadList");

  /** Of an object: more than the heads of ten thousand nodes. */
  private static final int MOST_LINES = 500_000;

  private static final Pattern BETWEEN_NAMES = Pattern.compile("[\\s\\[\\]=\":,]+");

  /** Takes a head of a host that has these names. */
  private interface Taker {
    void take(List<String> host, String head, String epoch);
  }

  /** The ranges of epochs of which no seal was kept, although earlier and later ones were. */
  public List<String> gaps() {
    List<String> gaps = new ArrayList<>();
    for (long epoch : epochs) {
      Long before = epochs.lower(epoch);
      if (before != null && before < epoch - 1) {
        gaps.add("%d to %d".formatted(before + 1, epoch - 1));
      }
    }
    return gaps;
  }

  /** The heads in a file, of these hosts, and of others by what those are called. */
  public static Map<String, KeptHeads> read(Path file, List<String> hosts) throws IOException {
    Map<String, KeptHeads> kept = new TreeMap<>();
    Taker taker =
        (names, head, epoch) ->
            Claim.ending(head)
                .ifPresent(
                    claim -> {
                      String host =
                          names.stream().filter(hosts::contains).findFirst().orElse(names.get(0));
                      KeptHeads its = kept.computeIfAbsent(host, _ -> none());
                      its.claims.add(claim);
                      Stream.of(epoch).filter(e -> !e.isEmpty()).forEach(its::sealed);
                    });
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      List<String> object = new ArrayList<>();
      lines.forEach(line -> line(line, object, taker));
    } catch (UncheckedIOException e) {
      throw new IOException(file + ": " + Objects.requireNonNull(e.getCause()).getMessage(), e);
    }
    return kept;
  }

  /**
   * Objects as kubectl prints them have many lines, from a brace to a brace. Each line is read by
   * itself too, so that a brace hides none.
   */
  private static void line(String line, List<String> object, Taker taker) {
    line(line.strip(), taker);
    if (line.equals("{") || object.size() == MOST_LINES) {
      object.clear();
    }
    if (line.equals("{") || !object.isEmpty()) {
      boolean _ = object.add(line);
    }
    if (line.equals("}")) {
      ParsedRecord.object(String.join("\n", object)).ifPresent(said -> json(said, taker));
      object.clear();
    }
  }

  public static KeptHeads none() {
    return new KeptHeads(new ArrayList<>(), new TreeSet<>());
  }

  /** All together: those of one host, and lines of none. */
  public static KeptHeads together(Map<String, KeptHeads> kept) {
    KeptHeads all = none();
    for (KeptHeads heads : kept.values()) {
      all.claims.addAll(heads.claims);
      all.epochs.addAll(heads.epochs);
    }
    return all;
  }

  /** Whether they are of more hosts than one, so that the log's name decides which are its. */
  public static boolean areOfMany(Map<String, KeptHeads> kept) {
    return kept.keySet().stream().filter(name -> !name.equals(NO_HOST)).count() > 1;
  }

  private void sealed(String epoch) {
    if (epoch.matches("\\d{1,18}")) {
      epochs.add(Long.parseLong(epoch));
    }
  }

  private static void line(String line, Taker taker) {
    if (line.startsWith("{")) {
      ParsedRecord.object(line).ifPresent(said -> json(said, taker));
      return;
    }
    Matcher epoch = EPOCH.matcher(line);
    boolean isSeal = epoch.find();
    List<String> names = new ArrayList<>(List.of(NO_HOST));
    names.addAll(BETWEEN_NAMES.splitAsStream(line).toList());
    // The last word of another sentence of dbgd's may be one that an operator has typed.
    if (isSeal || !names.contains("dbgd")) {
      taker.take(names, line, isSeal ? epoch.group(1) : "");
    }
  }

  private static void json(JsonNode said, Taker taker) {
    if (LISTS.contains(said.path("kind").asText())) {
      said.path("items").forEach(one -> json(one, taker));
    } else if (said.path("kind").asText().equals("DebugLogHead")) {
      JsonNode spec = said.path("spec");
      String node = said.at("/metadata/name").asText();
      String head = spec.path("seq").asText() + ":" + spec.path("hash").asText();
      if (Claim.ending(head).isEmpty()) {
        throw new UncheckedIOException(
            new IOException("the head of %s cannot be read".formatted(RawText.printable(node))));
      }
      // Of its seals the object has the last, so the epoch shows no gap.
      taker.take(List.of(node), head, "");
    }
    for (JsonNode resource : said.path("resourceLogs")) {
      Map<String, String> host = attributes(resource);
      for (JsonNode record : resource.path("scopeLogs").findParents("attributes")) {
        Map<String, String> all = attributes(record);
        all.putAll(host);
        heads(field -> all.getOrDefault(otlp(field), ""), taker);
      }
    }
    List<String> words = RecordField.texts(RecordField.ARGV.of(said));
    if (Event.WITNESS.is(said) && words.size() == 4) {
      // Not every seal is noted, so the epoch shows no gap.
      taker.take(List.of(words.get(1)), words.get(3), "");
    }
    if (!said.has("DBG_EVENT")) {
      heads(field -> field.text(said), taker);
    } else if (said.path("_SYSTEMD_UNIT").asText(UNIT).equals(UNIT)) {
      // Any process can send such a field; the unit is journald's word.
      heads(field -> said.path("DBG_" + field.name().replace("_NAME", "")).asText(), taker);
    }
  }

  /** OpenTelemetry's name; {@code deliver/sink/Field} has it too. */
  private static String otlp(RecordField field) {
    String name = field.name().toLowerCase(Locale.ROOT).replace('_', '.');
    return name.startsWith("host.") ? name : "dbg." + name;
  }

  private static Map<String, String> attributes(JsonNode of) {
    Map<String, String> values = new HashMap<>();
    for (JsonNode one :
        of.has("resource") ? of.at("/resource/attributes") : of.path("attributes")) {
      one.path("value").forEach(v -> values.put(one.path("key").asText(), v.asText()));
    }
    return values;
  }

  /** Each record is a head of what is before it, and a seal names another. */
  private static void heads(Function<RecordField, String> said, Taker taker) {
    List<String> host = List.of(said.apply(RecordField.HOST_NAME), said.apply(RecordField.HOST_ID));
    String own = said.apply(RecordField.SEQ) + ":" + said.apply(RecordField.HASH);
    taker.take(host, own, "");
    if (said.apply(RecordField.EVENT).equals(Event.SEAL.word())) {
      String head = said.apply(RecordField.SEAL_SEQ) + ":" + said.apply(RecordField.SEAL_HASH);
      taker.take(host, head, said.apply(RecordField.SEAL_EPOCH));
    }
  }
}
