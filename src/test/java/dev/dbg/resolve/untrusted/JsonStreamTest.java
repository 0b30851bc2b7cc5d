package dev.dbg.resolve.untrusted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * JSON that strangers write: it is what Jackson makes of it, and never larger than is permitted.
 */
class JsonStreamTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final int MEGA = 1 << 20;

  private static InputStream stream(String json) {
    return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Allowance user() {
    return Allowance.ofUsers(1 << 21, 2, System.nanoTime() + Long.MAX_VALUE / 2).get();
  }

  private static JsonFields fields(String json, String... wanted) throws IOException {
    return JsonFields.of(stream(json), Set.of(wanted), user());
  }

  private static void listed(String json) throws IOException {
    JsonFields.ofEach(stream(json), Set.of("Id", "names.*"), user(), element -> {});
  }

  private static String repeated(int times, String text) {
    return IntStream.range(0, times).mapToObj(i -> text).collect(Collectors.joining(","));
  }

  @Test
  void random_values_are_what_jackson_makes_of_them() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 5000; i++) {
      ObjectNode wanted = JACKSON.createObjectNode();
      wanted.set("other", value(random, 4));
      wanted.set("a", value(random, 4));
      ObjectNode labels = wanted.putObject("labels");
      for (int label = random.nextInt(5); label > 0; label--) {
        labels.put(text(random), text(random));
      }
      String json =
          random.nextBoolean() ? wanted.toPrettyString() : JACKSON.writeValueAsString(wanted);
      JsonFields found = fields(json, "a", "labels.*");

      JsonNode a = wanted.get("a");
      assertEquals(a.isContainerNode() || a.isNull() ? "" : a.asText(), found.text("a"), json);
      assertEquals(JACKSON.convertValue(labels, java.util.Map.class), found.all("labels").get());
    }
  }

  private static JsonNode value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> JACKSON.getNodeFactory().textNode(text(random));
      case 1 -> JACKSON.getNodeFactory().numberNode(random.nextInt());
      case 2 -> JACKSON.getNodeFactory().booleanNode(random.nextBoolean());
      case 3 -> JACKSON.nullNode();
      case 4 -> {
        ArrayNode list = JACKSON.createArrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(value(random, depth - 1));
        }
        yield list;
      }
      default -> {
        ObjectNode object = JACKSON.createObjectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          object.set(text(random), value(random, depth - 1));
        }
        yield object;
      }
    };
  }

  private static String text(Random random) {
    int[] all = {'a', '"', '\\', '\n', 0x7f, 0xe9, 0x4e00, 0x1f600, 1, '/', '{', '.'};
    return IntStream.range(0, random.nextInt(6))
        .mapToObj(i -> Character.toString(all[random.nextInt(all.length)]))
        .collect(Collectors.joining());
  }

  @Test
  void escapes_are_read() throws IOException {
    String json = "{\"a\":\"\\ud83d\\ude00\\u0041\\/\\b\\f\\n\\r\\t\\\"\\\\\"}";
    assertEquals("\ud83d\ude00A/\b\f\n\r\t\"\\", fields(json, "a").text("a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u00g0\"}",
        "{\"a\":\"\n\"}",
        "{\"a\" 1}",
        "{\"a\":}",
        "{,}",
        "{\"a\":nul}",
        "{\"a\":1 \"b\":2}",
        "[1}",
        "{a:1}",
        "{\"a\":1",
        "{\"a\":[1,2}",
        "\u00e9"
      })
  void what_is_malformed_is_a_failure(String json) {
    assertThrows(IOException.class, () -> fields(json, "a"));
    assertThrows(IOException.class, () -> fields(json, "b"));
  }

  @Test
  void bytes_that_are_not_utf_8_are_a_failure() {
    for (String wrong :
        new String[] {
          "\u00e9", "\u00e9a", "\u00e9aa", "\u00c0\u00af", "\u00f4\u0090\u0080\u0080", "\u0080"
        }) {
      byte[] json = "{\"a\":\"%s\"}".formatted(wrong).getBytes(StandardCharsets.ISO_8859_1);
      assertThrows(IOException.class, () -> JsonFieldsTest.of(json, Set.of("a")), wrong);
    }
  }

  @Test
  void a_great_many_empty_names_are_not_kept() throws IOException {
    String json = "[{\"Id\":\"a\",\"names\":[" + repeated(350_000, "\"\"") + "]}]";
    List<Optional<?>> names = new ArrayList<>();
    JsonFields.ofEach(stream(json), Set.of("names.*"), user(), e -> names.add(e.all("names")));
    assertEquals(List.of(Optional.empty()), names);
  }

  @Test
  void a_great_many_empty_elements_are_too_much() {
    for (String element : new String[] {"{}", "[]", "0", "\"\"", "null"}) {
      assertThrows(AllowanceExceeded.class, () -> listed("[" + repeated(350_000, element) + "]"));
    }
  }

  @Test
  void a_text_of_a_megabyte_is_too_much_if_it_is_wanted_and_skipped_if_not() throws IOException {
    for (String huge :
        new String[] {
          "\"" + "x".repeat(MEGA) + "\"", "1".repeat(MEGA), "\"" + "\u4e00".repeat(MEGA / 2) + "\""
        }) {
      String json = "{\"a\":" + huge + ",\"b\":\"c\"}";
      assertThrows(AllowanceExceeded.class, () -> fields(json, "a"));
      assertEquals("c", fields(json, "b").text("b"));
    }
  }

  /** Also where there is room for more: it is made before it can be charged. */
  @Test
  void a_text_has_a_longest_length() throws IOException {
    for (String quote : new String[] {"\"", ""}) {
      String json = "{\"a\":" + quote + "%s" + quote + "}";
      byte[] longest = json.formatted("1".repeat(4096)).getBytes(StandardCharsets.UTF_8);
      assertEquals(4096, JsonFieldsTest.of(longest, Set.of("a")).text("a").length());
      byte[] longer = json.formatted("1".repeat(4097)).getBytes(StandardCharsets.UTF_8);
      assertThrows(AllowanceExceeded.class, () -> JsonFieldsTest.of(longer, Set.of("a")));
    }
  }

  @Test
  void an_element_with_a_text_that_is_too_long_leaves_out_all_of_a_user() {
    assertThrows(AllowanceExceeded.class, () -> listed("[{\"Id\":\"" + "x".repeat(4097) + "\"}]"));
  }

  /** Also where there is room for more. */
  @Test
  void labels_have_a_longest_length_together_and_each_of_their_names() throws IOException {
    String many =
        IntStream.range(0, 10)
            .mapToObj(i -> "\"l%d\":\"%s\"".formatted(i, "x".repeat(2000)))
            .collect(Collectors.joining(","));
    for (String labels : new String[] {many, "\"" + "k".repeat(5000) + "\":\"v\""}) {
      byte[] json = "{\"labels\":{%s}}".formatted(labels).getBytes(StandardCharsets.UTF_8);
      assertEquals(Optional.empty(), JsonFieldsTest.of(json, Set.of("labels.*")).all("labels"));
    }
  }

  @Test
  void labels_are_kept_as_long_as_there_is_room_for_them() throws IOException {
    String element = "{\"labels\":{\"a\":\"" + "x".repeat(3000) + "\"}}";
    List<Boolean> known = new ArrayList<>();
    JsonFields.ofEach(
        stream("[" + repeated(200, element) + "]"),
        Set.of("labels.*"),
        user(),
        one -> known.add(one.all("labels").isPresent()));
    assertEquals(200, known.size());
    assertEquals(List.of(true, false), List.of(known.getFirst(), known.getLast()));
  }

  @Test
  void a_field_with_a_name_of_a_megabyte_is_skipped() throws IOException {
    String json = "{\"" + "x".repeat(MEGA) + "\":\"y\",\"b\":\"c\"}";
    assertEquals("c", fields(json, "b").text("b"));
    assertEquals(Optional.empty(), fields("{\"labels\":" + json + "}", "labels.*").all("labels"));
  }

  @Test
  void the_same_key_again_and_again_is_not_kept_again_and_again() throws IOException {
    JsonFields found =
        fields(
            "{\"labels\":{" + repeated(100_000, "\"a\":\"b\"") + "},\"b\":\"c\"}", "labels.*", "b");
    assertEquals(Optional.empty(), found.all("labels"));
    assertEquals("c", found.text("b"));
    assertThrows(
        AllowanceExceeded.class, () -> fields("{" + repeated(100_000, "\"a\":\"b\"") + "}", "a"));
  }

  @Test
  void labels_that_are_too_many_or_too_long_are_unknown_and_the_rest_is_not() throws IOException {
    String many =
        IntStream.range(0, 300)
            .mapToObj(i -> "\"k" + i + "\":\"\"")
            .collect(Collectors.joining(","));
    for (String labels : new String[] {many, "\"a\":\"" + "x".repeat(20_000) + "\""}) {
      JsonFields found = fields("{\"labels\":{" + labels + "},\"b\":\"c\"}", "labels.*", "b");
      assertEquals(Optional.empty(), found.all("labels"));
      assertEquals("c", found.text("b"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"\":", "[{\"a\":", "{\"a\":", "{\"b\":["})
  void depth_is_a_failure_wherever_it_is(String opening) {
    String deep = opening.repeat(100_000);
    assertThrows(IOException.class, () -> fields(deep, "a.b.c"));
    assertThrows(IOException.class, () -> fields("{\"a\":" + deep, "a.*"));
    assertThrows(IOException.class, () -> listed("[" + deep));
  }
}
