package dev.dbg.tools.argument;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.tools.Shipped;
import dev.dbg.tools.Tool;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals name the nearest options, never all of them. */
class ArgumentMistakeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "ss -L~'-l'",
        "ss -tuL~'-l'",
        "ss --tip~'--tipc' or '--tipcinfo' or '--tcp'",
        "ss --TOS~'--tos'",
        "curl --max-tim=3~'--max-time'",
        "find -nam~'-name'",
      })
  void the_nearest_accepted_spellings_are_named(String line, String near) {
    assertTrue(
        refused(line)
            .endsWith("not accepted here: did you mean " + near + "? If not, " + entry(line)),
        refused(line));
  }

  @Test
  void where_none_is_near_the_entry_is_named() {
    assertEquals("argument 1, '-Y': not accepted here: " + entry("ss"), refused("ss -Y"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "tar czf - /etc~add | gzip",
        "tar -czf - /etc~add | gzip",
        "tar --gzip -c /etc~add | gzip",
        "tar -xf -~your own tar",
        "ps eww~as in ps auxww",
        "ip netns exec x sh~leave it out",
        "ip -n x addr~leave it out",
        "hostname -I~type ip -br addr",
        "sysctl kernel.hostname~only net.* is shown",
        "find / -exec x~on your side",
        "curl -d x localhost~sends no data",
        "strace -o /x -p 1~redirect with 2>",
      })
  void what_is_refused_on_purpose_says_what_to_type(String line, String end) {
    assertTrue(refused(line).contains(end), refused(line));
    assertTrue(refused(line).length() <= 180, refused(line));
  }

  @Test
  void no_letter_of_what_may_be_a_secret_is_compared() {
    assertTrue(
        refused("curl -sQ").endsWith("not accepted here: " + entry("curl")), refused("curl -sQ"));
  }

  @Test
  void no_refusal_lists_all_that_a_tool_accepts() {
    for (Tool tool : Shipped.catalogue().all()) {
      for (String arguments :
          List.of("-K", "--nope", "--a", "nope nope", "-- ! !", "+x", "-5", "")) {
        try {
          ParsedArguments _ = read(tool, arguments);
        } catch (ArgumentMistake e) {
          assertTrue(e.message().length() <= 180, tool.name() + ": " + e.message());
          assertEquals(e.message(), refused(tool.name() + " " + arguments));
        }
      }
    }
  }

  private static String entry(String line) {
    return "dbg tools %s lists what is accepted".formatted(line.split(" ", 2)[0]);
  }

  private static String refused(String line) {
    String name = line.split(" ", 2)[0];
    Tool tool = Shipped.catalogue().tool(name).orElseThrow();
    String arguments = line.substring(name.length()).strip();
    return assertThrows(ArgumentMistake.class, () -> read(tool, arguments)).message();
  }

  private static ParsedArguments read(Tool tool, String arguments) throws ArgumentMistake {
    List<String> words = arguments.isEmpty() ? List.of() : List.of(arguments.split(" "));
    return tool.arguments().read(words);
  }
}
