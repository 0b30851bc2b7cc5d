package dev.dbg.audit.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments in a record must not be able to do anything in the browser that opens the page. */
class HtmlPageTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern TAG = Pattern.compile("<(/?[A-Za-z!]+)[^>]*>");

  private static JsonNode record(String text) {
    return JSON.valueToTree(
        Map.of(
            "seq",
            7,
            "time",
            text,
            "event",
            text,
            "session",
            text,
            "operator",
            Map.of("user", text),
            "tool",
            Map.of("name", text, "argv_typed", List.of(text))));
  }

  private static List<String> tags(String page) {
    List<String> tags = new ArrayList<>();
    Matcher tag = TAG.matcher(page);
    while (tag.find()) {
      tags.add(tag.group(1));
    }
    return tags;
  }

  private static String page(String text) {
    return HtmlPage.begin(Map.of("Asked for", text))
        + HtmlPage.row(record(text), text)
        + HtmlPage.end();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</script><img src=x onerror=alert(1)>",
        "</pre></details></td></tr></table><script>alert(1)</script>",
        "\" onmouseover=\"alert(1)",
        "' onmouseover='alert(1)",
        "<!--",
        "<svg/onload=alert(1)>",
        "&lt;script&gt;",
        "]]><script>",
        "\u001b[2J\n\u202e<b>",
      })
  void hostile_words_are_text(String text) {
    String page = page(text);
    assertEquals(tags(page("harmless")), tags(page), "a word has become a tag");
    assertFalse(page.contains(text), "a word stands there as it is");
    assertFalse(page.contains("\u001b") || page.contains("\u202e"));
    assertEquals(
        page("harmless").chars().filter(c -> c == '"').count(),
        page.replace("&quot;", "").chars().filter(c -> c == '"').count(),
        "a word has ended an attribute");
  }

  /** If a hash differed, the browser would block the script or the style. */
  @Test
  void the_policy_names_the_one_script_and_the_one_style() throws Exception {
    String page = page("x");
    for (String element : List.of("script", "style")) {
      String whole = page.replace("'" + element, "");
      assertEquals(2, whole.split("<" + element + ">", -1).length, element);
      String inside =
          page.substring(
              page.indexOf("<" + element + ">") + element.length() + 2,
              page.indexOf("</" + element + ">"));
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(inside.getBytes(StandardCharsets.UTF_8));
      String source =
          "%s-src 'sha256-%s'".formatted(element, Base64.getEncoder().encodeToString(hash));
      assertTrue(page.contains(source), source);
    }
    assertTrue(page.contains("default-src 'none'"));
  }

  @Test
  void the_page_needs_nothing_but_itself() {
    String page = page("x");
    for (String fetching : List.of("http:", "https:", "//", "src=", "href=", "url(", "@import")) {
      assertFalse(page.contains(fetching), fetching);
    }
  }
}
