package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The documents claim nothing that is not there: tests, files and numbers that they name exist. */
class DocumentsTest {
  private static final Path DOCUMENTS = Path.of("src/docs");

  private static String read(String name) throws IOException {
    return Files.readString(DOCUMENTS.resolve(name));
  }

  private static Claims attacks() throws IOException {
    return new Claims(read("attacks.md"), Tree.ofCheckout());
  }

  @Test
  void each_test_that_an_attack_names_exists() throws IOException {
    assertTrue(attacks().namedTests() > 200, "tests named: " + attacks().namedTests());
    assertEquals(List.of(), attacks().missingTests());
  }

  @Test
  void each_attack_has_tests_or_says_why_not() throws IOException {
    assertEquals(List.of(), attacks().withoutTests());
  }

  @Test
  void each_defence_that_can_be_switched_off_has_its_header() throws IOException {
    assertEquals(List.of(), attacks().missingHeaders());
  }

  @Test
  void each_source_that_a_document_names_exists() throws IOException {
    for (String name : List.of("attacks.md", "SECURITY.md", "HACKING.md", "DECISIONS.md")) {
      assertEquals(List.of(), new Claims(read(name), Tree.ofCheckout()).missingSources(), name);
    }
  }

  @Test
  void the_table_of_attacks_is_that_of_the_sections() throws IOException {
    assertEquals(new TreeSet<>(attacks().sections()), new TreeSet<>(attacks().table()));
  }

  @Test
  void each_number_that_a_document_refers_to_exists_once() throws IOException {
    Numbers numbers = new Numbers(read("attacks.md"), read("DECISIONS.md"), read("SECURITY.md"));
    for (String name :
        List.of("attacks.md", "DECISIONS.md", "SECURITY.md", "HACKING.md", "BENCHMARKS.md")) {
      assertEquals(List.of(), numbers.unknownIn(read(name)), name);
    }
    assertEquals(List.of(), numbers.twice());
    assertEquals(List.of(), numbers.notInIndex());
    assertEquals(List.of(), numbers.holesThatNoAttackNames());
  }

  @Test
  void what_is_not_there_is_found() throws IOException {
    Claims wrong =
        new Claims(
            """
            | [A1](#a1-one) | One |
            ### A1. One
            **Defence.** `kernel/NoSuchFile`, `dbg-enter/confine.c`.
            **Tests.**
            - U `RoomsTest`: `main_keeps_every_rule`, `no_such_test`
            - N `NoSuchTest`: `any_test`
            - N `HostilePeersTest` (off: close-range, no-such-header)
            ### A2. Two
            **Remains.** Nothing known.
            ### A3. Three
            **Tests.** None.
            """,
            Tree.ofCheckout());

    assertEquals(List.of("RoomsTest no_such_test", "NoSuchTest"), wrong.missingTests());
    assertEquals(List.of("kernel/NoSuchFile"), wrong.missingSources());
    assertEquals(List.of("no-such-header"), wrong.missingHeaders());
    assertEquals(List.of("A2", "A3"), wrong.withoutTests());
    assertEquals(List.of("A1 One"), wrong.table());
    assertEquals(List.of("A1 One", "A2 Two", "A3 Three"), wrong.sections());
  }
}
