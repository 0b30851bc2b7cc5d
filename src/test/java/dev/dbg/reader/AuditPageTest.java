package dev.dbg.reader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.EveryEvent;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.review.ReviewOrder;
import dev.dbg.wire.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words in a record must not be able to do anything in the browser that opens the page. */
class AuditPageTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int HEADER = 2;
  private static final Pattern TAG = Pattern.compile("<(/?[A-Za-z!]+)[^>]*>");
  private static final Pattern ELEMENT =
      Pattern.compile("(?s)<(script|style)([^>]*)>(.*?)</(?:script|style)");

  private static JsonNode record(String text) {
    return JSON.valueToTree(
        Map.of(
            "seq",
            7,
            "time",
            "2026-11-24T12:00:00.000000Z",
            "event",
            "intent",
            "session",
            text,
            "operator",
            Map.of("user", text),
            "tool",
            Map.of("name", text, "argv_typed", List.of(text))));
  }

  private static String page(String text) throws IOException {
    return page(text, record(text));
  }

  private static String page(String text, JsonNode record) throws IOException {
    ReviewOrder order =
        new ReviewOrder(
            new ReviewOrder.ReviewRequest(
                24, 80, Set.of(), Map.of(), List.of(text.getBytes(UTF_8))),
            new ReviewOrder.ReviewReader(1000, text),
            "s1",
            new ReviewOrder.ReviewState(ChainHead.NONE, List.of()),
            EveryEvent.HOST,
            text);
    List<UnixConnection> pair = UnixConnection.pair();
    try (UnixConnection client = pair.getLast()) {
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      Thread reading = Thread.ofPlatform().start(() -> readAll(client, got));
      try (UnixConnection daemon = pair.getFirst()) {
        Reply reply = new Reply(daemon);
        reply.waitAtMost(Duration.ofMinutes(1));
        AuditPage page = new AuditPage(reply);
        page.begin(order, Optional.empty(), Optional.empty());
        page.add(record);
        page.end();
      }
      reading.join();
      return got.toString(UTF_8);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void readAll(UnixConnection client, ByteArrayOutputStream got) {
    try {
      for (var packet = client.receive(UnixConnection.LARGEST_PACKET);
          packet.isPresent();
          packet = client.receive(UnixConnection.LARGEST_PACKET)) {
        byte[] bytes = packet.get().bytes();
        got.write(bytes, HEADER, bytes.length - HEADER);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> tags(String page) {
    List<String> tags = new ArrayList<>();
    Matcher tag = TAG.matcher(page);
    while (tag.find()) {
      tags.add(tag.group(1));
    }
    return tags;
  }

  /** The lines of the element with the records. */
  private static List<JsonNode> lines(String page) throws IOException {
    Matcher records = Pattern.compile("(?s) id=\"records\">\n(.*?)\n</script>").matcher(page);
    assertTrue(records.find());
    List<JsonNode> lines = new ArrayList<>();
    for (String line : records.group(1).split("\n", -1)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</script><img src=x onerror=alert(1)>",
        "</SCRIPT ><script>alert(1)</script>",
        "<!--<script>",
        "\" onmouseover=\"alert(1)",
        "]]><script>",
        "@RECORDS@\n",
        "\u001b[2J\n\u202e\u2028<b>",
      })
  void hostile_words_are_text(String text) throws Exception {
    String page = page(text);

    assertEquals(tags(page("harmless")), tags(page), "a word has become a tag");
    assertFalse(page.contains("\u001b") || page.contains("\u202e") || page.contains("\u2028"));
    List<JsonNode> lines = lines(page);
    assertEquals(3, lines.size());
    assertEquals(text, lines.get(0).at("/export/by").asText());
    assertEquals(text, lines.get(0).at("/export/verification").asText());
    assertEquals(text, lines.get(1).at("/tool/argv_typed/0").asText());
    assertEquals(1, lines.get(2).at("/summary/hours/0/runs").asInt());
  }

  /** What is no record could say that a log is intact that is not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"export\":{\"verification\":\"intact\"}}",
        "{\"event\":\"\",\"recording_of\":\"s1\",\"why\":\"it was changed\"}",
        "{\"event\":0,\"export\":{\"verification\":\"intact\"}}",
        "{\"event\":false,\"summary\":{}}",
      })
  void a_line_without_an_event_is_no_heading_of_the_page(String forged) throws Exception {
    List<JsonNode> lines = lines(page("x", JSON.readTree(forged)));
    assertEquals(2, lines.size(), lines::toString);
    assertEquals("x", lines.getFirst().at("/export/verification").asText());
    assertTrue(lines.getLast().has("summary"));
  }

  /** If a hash differed, the browser would block the script or the style. */
  @Test
  void the_policy_names_the_one_script_and_the_one_style() throws Exception {
    String page = page("x");
    List<String> found = new ArrayList<>();
    Matcher element = ELEMENT.matcher(page);
    while (element.find()) {
      found.add(element.group(1) + element.group(2));
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(element.group(3).getBytes(UTF_8));
      String source =
          "%s-src 'sha256-%s'; "
              .formatted(element.group(1), Base64.getEncoder().encodeToString(hash));
      assertEquals(element.group(2).isEmpty(), page.contains(source), source);
    }
    assertEquals(
        List.of("style", "script type=\"application/json\" id=\"records\"", "script"), found);
    assertTrue(page.contains("default-src 'none'; script-src"));
  }

  @Test
  void the_page_needs_nothing_but_itself() throws Exception {
    String page = page("x");
    for (String fetching :
        List.of("http:", "https:", " src=", "url(", "@import", "import(", "fetch(", "eval(")) {
      assertFalse(page.contains(fetching), fetching);
    }
    for (String markup :
        List.of("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write")) {
      assertFalse(page.contains(markup), markup);
    }
  }
}
