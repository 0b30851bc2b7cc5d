package dev.dbg.complete;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.grammar.Grammar;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where in a command line the last word is. The lines end where the cursor is. */
class TypedLineTest {
  private static final Grammar GRAMMAR = new Grammar();

  private static TypedLine line(String typed) {
    return TypedLine.of(Arrays.asList(typed.split(" ", -1)), GRAMMAR);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "''~VERB",
        "we~VERB",
        "-~OPTION",
        "-t -~OPTION",
        "-u ~NOTHING",
        "--user ~NOTHING",
        "--user 0 we~VERB",
        "web-1 -~OPTION",
        "web-1 -t ~NAMESPACES",
        "web-1 -u ~NOTHING",
        "web-1 net -t -~OPTION",
        "web-1 -- -~TOOL",
        "help ~TARGET",
        "-u 0 we~VERB",
        "exec ~TARGET",
        "exec -t we~TARGET",
        "web-1 ~NAMESPACES",
        "web-1 net,~NAMESPACES",
        "web-1 -- ~TOOL",
        "web-1 net ~TOOL",
        "web-1 net -- s~TOOL",
        "web-1 n,m s~TOOL",
        "web-1 ss ~ARGUMENT",
        "web-1 net ss -~ARGUMENT",
        "explain web-1 net -- ss -~ARGUMENT",
        "shell ~TARGET",
        "shell web-1 ~NOTHING",
        "tools ~TARGET",
        "tools web-1 ~TOOL",
        "ps ~TARGET",
        "ps -~OPTION",
        "ps -f ~FILTER",
        "ps --json --filter la~FILTER",
        "audit -f ~TARGET",
        "audit ~TARGET",
        "audit list ~NOTHING",
      })
  void the_last_word_has_its_place(String typed, TypedLine.Spot spot) {
    assertEquals(spot, line(typed).spot(), typed);
  }

  @Test
  void the_tool_and_its_arguments_are_found() {
    for (String typed :
        List.of("web-1 ss -t -", "-t web-1 net -- ss -t -", "exec web-1 -t net ss -t -")) {
      TypedLine line = line(typed);
      assertEquals("web-1", line.target(), typed);
      assertEquals("ss", line.tool(), typed);
      assertEquals(List.of("-t"), line.arguments(), typed);
    }
  }
}
