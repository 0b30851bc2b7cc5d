package dev.dbg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.tools.argument.ArgumentMistake;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the shipped catalogue with the examples in src/test/resources/catalogue. */
class CatalogueExamplesTest {
  private static final Catalogue CATALOGUE = Shipped.catalogue();

  /** The text after {@code =>} if the line is refused after all. */
  private static final String REFUSED = "!";

  static Stream<String> refused() {
    return Table.lines("catalogue/refused");
  }

  static Stream<String> accepted() {
    return Table.lines("catalogue/accepted");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void arguments_that_do_more_than_show_are_refused(String line) {
    List<String> words = Table.words(line);
    ArgumentMistake _ =
        assertThrows(
            ArgumentMistake.class,
            () -> tool(words).arguments().read(words.subList(1, words.size())).canonical(),
            line);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void what_people_type_is_rebuilt(String line) throws Exception {
    String[] sides = line.split(" =>", -1);
    List<String> words = Table.words(sides[0]);
    List<String> typed = words.subList(1, words.size());
    if (sides[1].strip().equals(REFUSED)) {
      ArgumentMistake _ =
          assertThrows(
              ArgumentMistake.class, () -> tool(words).arguments().read(typed).canonical(), line);
      return;
    }
    List<String> run = tool(words).arguments().read(typed).canonical();
    assertEquals(Table.words(sides[1]), run);
    assertEquals(run, tool(words).arguments().read(run).canonical());
  }

  @Test
  void every_tool_that_came_after_the_first_ones_has_examples_of_both_kinds() {
    Set<String> older =
        Set.of(
            "cat",
            "df",
            "du",
            "head",
            "hostname",
            "ip",
            "ipcs",
            "ls",
            "netstat",
            "readlink",
            "sha256sum",
            "ss",
            "stat",
            "tail",
            "ip6tables");
    for (Tool tool : CATALOGUE.all()) {
      if (!older.contains(tool.name())) {
        assertTrue(names(accepted()).contains(tool.name()), tool.name());
        assertTrue(names(refused()).contains(tool.name()), tool.name());
      }
    }
  }

  private static Set<String> names(Stream<String> lines) {
    return lines.map(line -> Table.words(line).get(0)).collect(Collectors.toSet());
  }

  private static Tool tool(List<String> words) {
    return CATALOGUE.tool(words.get(0)).orElseThrow();
  }
}
