package dev.dbg.deliver.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.audit.message.Field;
import dev.dbg.audit.message.Sentence;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.record.RecordWords;
import dev.dbg.http.HttpAnswer;
import dev.dbg.model.Glob;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a web hook about records that somebody wants to know of at once, dbgd.toml(5). An alert is
 * signed, and has at most twenty records and the number of the others. If the hook refuses an
 * alert, it gets the alert without any word that an operator or a container's owner chose: such a
 * word must not keep records from the hook. A failed alert is retried for an hour. The log has
 * every record.
 */
public final class NotifySink implements Sink {
  private static final Logger LOG = LoggerFactory.getLogger("deliver");
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration NEWS = Duration.ofHours(1);

  /** The most records of an alert. */
  private static final int MOST = 20;

  private static final int LONGEST = 256;
  private static final int SESSIONS = 4096;
  private static final String ALGORITHM = "HmacSHA256";

  /** What chats obey in a text: links, names that call people, marks. */
  private static final String OBEYED = "<>[]@&`*~|#";

  /** From a character of ASCII to the wide one that looks like it. */
  private static final int WIDE = 0xfee0;

  private final String name;
  private final Map<Field, List<Glob>> when;
  private final HttpPost post;
  private final SecretKeySpec key;
  private final Clock clock;

  private boolean hasPosted;
  private boolean isLate;

  /** Which fields matched in the record of a session's beginning, for that of its end. */
  private final Map<String, Set<Field>> begun =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<Field>> eldest) {
          return size() > SESSIONS;
        }
      };

  /**
   * @param when a record is told if each of these fields matches one of its patterns
   * @param key of the signature, at least 16 characters
   * @throws IOException if the key is shorter
   */
  public NotifySink(
      String name, Map<Field, List<Glob>> when, HttpPost post, String key, Clock clock)
      throws IOException {
    if (key.length() < 16) {
      throw new IOException(
          "the key of %s has fewer than 16 characters: make one with openssl rand -hex 32"
              .formatted(name));
    }
    this.name = name;
    this.when = when;
    this.post = post;
    this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    this.clock = clock;
  }

  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    hasPosted = false;
    List<JsonNode> fields = records.stream().map(AuditReader.Read::fields).toList();
    List<JsonNode> wanted = fields.stream().filter(this::isWanted).toList();
    Instant since = clock.instant().minus(NEWS);
    List<JsonNode> news = wanted.stream().filter(record -> !isOlder(record, since)).toList();
    if (!news.isEmpty()) {
      tell(news);
      isLate = false;
    }
    if (news.size() < wanted.size() && !isLate) {
      isLate = true;
      LOG.warn(
          "{}: record {} is older than an hour and is not told, nor are others as old: the log has them",
          name,
          RecordField.SEQ.number(wanted.getFirst()));
    }
    return records.size();
  }

  private static boolean isOlder(JsonNode record, Instant since) {
    return RecordField.time(RecordField.TIME.of(record)).map(since::isAfter).orElse(false);
  }

  private boolean isWanted(JsonNode record) {
    if (RecordField.UNWRITTEN_EVENTS.of(record).isObject()) {
      return isWantedOfMany(record);
    }
    String session = RecordField.SESSION.text(record);
    Optional<Set<Field>> beginning =
        Event.isEnd(record) ? Optional.ofNullable(begun.get(session)) : Optional.of(Set.of());
    Set<Field> matching = EnumSet.noneOf(Field.class);
    when.forEach(
        (field, patterns) -> {
          Optional<String> value = field.text(record);
          // Of a session whose beginning was not seen, rather too much is told than too little.
          if (value.isPresent()
              ? isAny(patterns, value.get())
                  || (field == Field.ARGV && isAny(patterns, inDirectory(record)))
              : beginning.map(known -> known.contains(field)).orElse(true)) {
            matching.add(field);
          }
        });
    if (Event.INTENT.is(record)) {
      begun.put(session, matching);
    }
    return matching.size() == when.size();
  }

  /** Of refusals that one record stands for, only who it was and which events is known. */
  private boolean isWantedOfMany(JsonNode record) {
    return when.entrySet().stream()
        .allMatch(
            condition ->
                switch (condition.getKey()) {
                  case EVENT ->
                      RecordField.UNWRITTEN_EVENTS
                          .of(record)
                          .propertyStream()
                          .anyMatch(event -> isAny(condition.getValue(), event.getKey()));
                  case OPERATOR, UID, HOST, HOST_ID, CLUSTER ->
                      condition
                          .getKey()
                          .text(record)
                          .filter(text -> isAny(condition.getValue(), text))
                          .isPresent();
                  default -> true;
                });
  }

  /** The arguments, with the directory of {@code -w} before those that may be paths below it. */
  private static String inDirectory(JsonNode record) {
    String directory = RecordWords.directory(record).orElse("").replaceFirst("(?<!/)/*$", "/");
    return RecordField.texts(RecordField.TOOL_ARGV_TYPED.of(record)).stream()
        .map(word -> word.startsWith("/") || word.startsWith("-") ? word : directory + word)
        .map(RawText::printable)
        .collect(Collectors.joining(" "));
  }

  private static boolean isAny(List<Glob> patterns, String text) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(text));
  }

  /**
   * Sends one alert about {@code news}: with all words, or, if the hook refuses them, without the
   * words that people chose. An alert that is refused without such words, too, is given up.
   */
  private void tell(List<JsonNode> news) throws IOException {
    HttpAnswer answer = post(body(news, true));
    if (isTaken(answer)) {
      return;
    }
    answer = post(body(news, false));
    boolean isTaken = isTaken(answer);
    if (!isTaken && !answer.isAboutRequest()) {
      throw new IOException(failed(answer));
    }
    LOG.error(
        "{}: the hook refused an alert about {} records from number {} on, and {}: the log has them",
        name,
        news.size(),
        RecordField.SEQ.number(news.getFirst()),
        isTaken ? "got the alert without words that people chose" : "got no alert about them");
  }

  /** Returns false if the hook refused the alert. Throws if the hook may take the alert later. */
  private boolean isTaken(HttpAnswer answer) throws IOException {
    if (answer.status() / 100 != 2 && (answer.status() < 400 || answer.passes())) {
      throw new IOException(failed(answer));
    }
    return answer.status() / 100 == 2;
  }

  private String failed(HttpAnswer answer) {
    return "%s: status %d".formatted(post.server(), answer.status());
  }

  private HttpAnswer post(byte[] body) throws IOException {
    String time = Long.toString(clock.instant().getEpochSecond());
    hasPosted = true;
    return post.send(
        body, Map.of("Dbg-Time", time, "Dbg-Signature", "sha256=" + signature(time, body)));
  }

  /** {@code hasWords}: with the words that an operator or a container's owner may have chosen. */
  private byte[] body(List<JsonNode> news, boolean hasWords) throws JsonProcessingException {
    List<JsonNode> shown = news.subList(0, Math.min(news.size(), MOST));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    StringBuilder text = new StringBuilder();
    ArrayNode told = JsonNodeFactory.instance.arrayNode();
    for (JsonNode record : shown) {
      String host = Field.HOST.text(record).orElse("-");
      String sentence = hasWords ? Sentence.of(record) : Field.withoutWords(record);
      text.append(harmless("%s: %s".formatted(host, SyslogForm.cut(sentence, LONGEST))))
          .append('\n');
      ObjectNode fields = told.addObject();
      for (Field field : Field.values()) {
        field
            .text(record)
            .filter(_ -> hasWords || field.isOwn())
            .ifPresent(value -> fields.put(field.word(), SyslogForm.cut(value, LONGEST)));
      }
    }
    body.put("text", text.toString().stripTrailing());
    body.put("receiver", name);
    body.set("records", told);
    body.put("omitted", news.size() - shown.size());
    return JSON.writeValueAsBytes(body);
  }

  private static String harmless(String text) {
    return text.replace("://", "\uff1a//")
        .replaceAll("(?i)(www)\\.", "$1\uff0e")
        .chars()
        .map(c -> OBEYED.indexOf(c) < 0 ? c : c + WIDE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private String signature(String time, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each Java has HMAC", e);
    }
  }

  @Override
  public Duration pause() {
    return hasPosted ? Duration.ofSeconds(1) : Duration.ofMillis(100);
  }
}
