package dev.dbg.tools.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.tools.Table;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks each type with the examples in src/test/resources/catalogue/values. */
class ValueTypeTest {
  static Stream<String> values() {
    return Table.lines("catalogue/values");
  }

  /** The form of a line is {@code TYPE yes|no VALUE...}. */
  @ParameterizedTest
  @MethodSource("values")
  void a_type_accepts_what_it_says_and_nothing_else(String line) {
    List<String> words = Table.words(line);
    ValueType type = ValueType.named(words.get(0)).orElseThrow();
    for (String value : words.subList(2, words.size())) {
      assertEquals(words.get(1).equals("yes"), type.accepts(value), value);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int",
        "int:1-5",
        "port",
        "pid",
        "duration",
        "address",
        "cidr",
        "hostname",
        "endpoint",
        "interface",
        "link",
        "whole",
        "mapping",
        "moment",
        "parameter",
        "path",
        "pattern",
        "filter",
        "expression",
        "word",
        "columns",
        "fields",
        "sorting",
        "header",
        "syscalls",
        "text",
        "url",
        "a|b",
        "comparison",
        "stdout",
        "search",
        "sockets",
        "rrtype",
        "count",
        "keys",
        "format",
        "writeout",
        "states",
        "user",
        "letters:afux",
        "list:pid",
        "list:a|b",
      })
  void no_type_accepts_nothing_or_a_control_character(String name) {
    ValueType type = ValueType.named(name).orElseThrow();
    assertFalse(type.accepts(""));
    for (int point = 0; point < 0xA0; point++) {
      if (Character.isISOControl(point)) {
        for (String form : List.of("%s", "1%s", "%s1", "/%s", "a: %s", "http://h/%s", "a%sb")) {
          assertFalse(type.accepts(form.formatted(Character.toString(point))), name);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "INT",
        "int:",
        "int:1",
        "int:5-1",
        "int:-1-5",
        "int:1-2-3",
        "path:x",
        "url:",
        "url:file",
        "url:http,ftp",
        "url:http,",
        "<int>",
        "word:1-2",
        "int:0.5-2",
        "duration:2-0.5",
        "letters:",
        "letters:a-f",
        "list:",
        "list:nothing",
      })
  void what_is_no_type_is_none(String name) {
    // "int:" has no range after the colon, and so it has the default range of int.
    assertEquals(name.equals("int:"), ValueType.named(name).isPresent(), name);
  }

  /** A rule sees the number, as the tool does. */
  @Test
  void root_is_a_number_of_a_user_and_no_other_name_is_one() {
    ValueType users = ValueType.named("list:user").orElseThrow();
    assertTrue(users.accepts("root,1000,4294967294"));
    assertEquals("0,1000", users.meant(users.given("root,1000"), "/"));
    for (String other :
        List.of("4294967295", "99999999999", "-1", "01", "Root", "root,bin", "^0")) {
      assertFalse(users.accepts(other), other);
    }
    ValuePattern system = users.pattern("0-999").orElseThrow();
    assertTrue(system.matches(users.given("root,5")));
    assertTrue(users.pattern("root").orElseThrow().matches(users.given("root")));
    assertFalse(system.matches(users.given("root,1000")));
  }

  /** Characters that turn a value into an option or a file, unless the type permits them. */
  @Test
  void few_types_accept_a_dash_a_plus_sign_or_an_at_sign_in_front() {
    for (ValueType.Named type : ValueType.Named.values()) {
      for (String sign : List.of("-", "+", "@")) {
        boolean says =
            switch (type) {
              case COMPARISON, COUNT, KEYS, SORTING -> !sign.equals("@");
              case SEARCH, WHOLE, FORMAT -> !sign.equals("-");
              case SOCKETS -> sign.equals("@");
              case WRITEOUT -> sign.equals("+");
              default -> false;
            };
        for (String rest : List.of("x", "1", "/x", "m", "D/proc", "x: y")) {
          assertTrue(says || !type.accepts(sign + rest), () -> type + " " + sign + rest);
        }
      }
    }
  }

  @Test
  void a_prefix_is_taken_literally() {
    ValueType type = new ValueType.Prefixed("@", ValueType.named("hostname").orElseThrow());
    assertTrue(type.accepts("@h"));
    assertFalse(type.accepts("h"));
    assertFalse(type.accepts("@"));
    assertFalse(type.accepts("@@h"));
    assertEquals("'@' and a host's name or address", type.description());
  }

  @Test
  void a_type_says_its_range() {
    assertEquals(
        Optional.of("a whole number from 1 to 5"),
        ValueType.named("int:1-5").map(ValueType::description));
  }
}
