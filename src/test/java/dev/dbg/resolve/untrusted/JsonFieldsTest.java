package dev.dbg.resolve.untrusted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {
  @Test
  void the_wanted_are_found_and_nothing_else() throws Exception {
    JsonFields fields =
        of(
            json("{'Id':'a','Pid':7,'State':{'Pid':42,'Run':true},'Names':['x','y'],'Id2':'b'}"),
            Set.of("Id", "State.Pid", "State.Run", "Names.0"));

    assertEquals("a", fields.text("Id"));
    assertEquals(42, fields.number("State.Pid"));
    assertEquals("true", fields.text("State.Run"));
    assertEquals("x", fields.text("Names.0"));
    assertEquals("", fields.text("Names.1"));
    assertEquals("", fields.text("Id2"));
    assertEquals(0, fields.number("Pid"));
    assertEquals(Optional.empty(), fields.optional("Pid"));
  }

  @Test
  void all_fields_of_an_object_are_found_whatever_is_in_their_names() throws Exception {
    JsonFields fields =
        of(
            json("{'Config':{'Labels':{'a.b':'1','c':'2','d':{'e':'3'}},'Other':{'f':'4'}}}"),
            Set.of("Config.Labels.*"));

    assertEquals(Optional.of(Map.of("a.b", "1", "c", "2")), fields.all("Config.Labels"));
  }

  @Test
  void a_field_of_each_element_is_found_also_in_an_object_whose_names_do_not_matter()
      throws Exception {
    JsonFields fields =
        of(
            json("{'a':{'/x.y':{'s':'1','b':{'c':'2'}},'/z':{}},'l':[{'s':'3'},4],'m':[]}"),
            Set.of("a.#.s", "a.#.b.c", "l.#.s", "m.#.s"));

    assertEquals(List.of("1", ""), fields.each("a").stream().map(one -> one.text("s")).toList());
    assertEquals("2", fields.each("a").getFirst().text("b.c"));
    assertEquals(List.of("3", ""), fields.each("l").stream().map(one -> one.text("s")).toList());
    assertEquals(List.of(), fields.each("m"));
    assertEquals(List.of(), fields.each("n"));
  }

  @Test
  void each_element_is_charged_also_if_it_has_nothing() {
    InputStream many = new ByteArrayInputStream(json("{'a':[" + "0,".repeat(1 << 16) + "0]}"));
    assertThrows(
        AllowanceExceeded.class, () -> JsonFields.of(many, Set.of("a.#.s"), Allowance.ofOne()));
  }

  @Test
  void what_is_null_or_of_another_kind_is_not_there() throws Exception {
    JsonFields fields =
        of(json("{'Id':null,'Pid':'x','Name':{'a':1}}"), Set.of("Id", "Pid", "Name"));

    assertEquals(Optional.empty(), fields.optional("Id"));
    assertEquals(0, fields.number("Pid"));
    assertEquals("", fields.text("Name"));
  }

  @Test
  void a_list_is_read_element_by_element() throws Exception {
    List<String> ids = new ArrayList<>();
    JsonFields.ofEach(
        stream("[{'Id':'a'},5,{'Id':'b','x':[1,{'Id':'c'}]}]"),
        Set.of("Id"),
        Allowance.ofRuntime(),
        element -> ids.add(element.text("Id")));

    assertEquals(List.of("a", "", "b"), ids);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{'Id':", "nonsense", "[", "{'Id':'a'"})
  void what_is_cut_or_is_no_json_is_a_failure(String text) {
    assertThrows(IOException.class, () -> of(json(text), Set.of("Id")));
    assertThrows(
        IOException.class,
        () -> JsonFields.ofEach(stream(text), Set.of("Id"), Allowance.ofRuntime(), e -> {}));
  }

  @Test
  void depth_without_an_end_is_a_failure_and_not_a_crash() {
    byte[] deep = "{\"State\":".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    assertThrows(IOException.class, () -> of(deep, Set.of("State.Pid")));
    byte[] skipped = ("{\"x\":" + "[".repeat(1_000_000)).getBytes(StandardCharsets.UTF_8);
    assertThrows(IOException.class, () -> of(skipped, Set.of("State.Pid")));
  }

  static JsonFields of(byte[] json, Set<String> wanted) throws IOException {
    return JsonFields.of(new ByteArrayInputStream(json), wanted, Allowance.ofRuntime());
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(json(text));
  }

  private static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
