package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents claim nothing that is not there: tests, files and numbers that they name exist. */
class DocumentsTest {
  private static final Path DOCUMENTS = Path.of("src/docs");

  private static String read(String name) throws IOException {
    return Files.readString(DOCUMENTS.resolve(name));
  }

  /** The most words of each document, as wc(1) counts them. Lower a number with each cut. */
  private static final Map<String, Integer> MOST_WORDS =
      Map.of(
          "README.md", 1_300,
          "src/docs/CHANGELOG.md", 500,
          "src/docs/SECURITY.md", 1_200,
          "src/docs/HOSTS.md", 500,
          "src/docs/HACKING.md", 3_500,
          "src/docs/BENCHMARKS.md", 2_500,
          "src/docs/attacks.md", 12_000,
          "src/docs/decisions", 12_000,
          "src/docs/man", 65_593);

  private static Claims attacks() throws IOException {
    return new Claims(read("attacks.md"), Tree.ofCheckout());
  }

  @Test
  void each_test_that_an_attack_names_exists() throws IOException {
    assertTrue(attacks().namedTests() > 450, "tests named: " + attacks().namedTests());
    assertEquals(List.of(), attacks().missingTests());
  }

  /** With {@code -Ddbg.accept-runs=true}, the signs in attacks.md are put right instead. */
  @Test
  void each_test_that_an_attack_names_has_the_sign_of_its_run() throws IOException {
    if (Boolean.getBoolean("dbg.accept-runs")) {
      Files.writeString(DOCUMENTS.resolve("attacks.md"), attacks().withRightSigns());
    }
    assertEquals(List.of(), attacks().wrongRuns());
  }

  /** So that each concern is tested for each change, and the run stays short. */
  @Test
  void of_each_folder_of_native_tests_one_or_two_classes_run_for_each_change() throws IOException {
    Map<String, List<String>> runs = new TreeMap<>();
    try (Stream<Path> files = Files.walk(Path.of("native-tests/java/dev/dbg/nativetests"))) {
      for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
        String name = String.valueOf(file.getFileName()).replace(".java", "");
        List<String> concern =
            runs.computeIfAbsent(String.valueOf(file.getParent()), _ -> new ArrayList<>());
        if (!Tree.ofCheckout().isWhole(name, "")) {
          concern.add(name);
        }
      }
    }
    assertTrue(runs.size() > 10, () -> "folders: " + runs.keySet());
    runs.values().removeIf(classes -> classes.size() == 1 || classes.size() == 2);
    assertEquals(Map.of(), runs);
  }

  @Test
  void each_attack_has_tests_or_says_why_not() throws IOException {
    assertEquals(List.of(), attacks().withoutTests());
  }

  @Test
  void each_defence_that_can_be_switched_off_has_its_header() throws IOException {
    assertEquals(List.of(), attacks().missingHeaders());
    assertEquals(List.of(), attacks().unnamedHeaders());
    assertEquals(List.of(), attacks().withoutSecondRun());
  }

  @Test
  void each_source_that_a_document_names_exists() throws IOException {
    for (String name : List.of("attacks.md", "SECURITY.md", "HACKING.md")) {
      assertEquals(List.of(), new Claims(read(name), Tree.ofCheckout()).missingSources(), name);
    }
    for (Map.Entry<String, String> page : decisions().entrySet()) {
      assertEquals(
          List.of(),
          new Claims(page.getValue(), Tree.ofCheckout()).missingSources(),
          page.getKey());
    }
  }

  @Test
  void each_section_about_attacks_is_headed_by_their_numbers() throws IOException {
    assertEquals(List.of(), attacks().wrongHeadings());
  }

  /** Each page of decisions but the index, by its file's name. */
  private static Map<String, String> decisions() throws IOException {
    Map<String, String> pages = new TreeMap<>();
    try (Stream<Path> files = Files.list(DOCUMENTS.resolve("decisions"))) {
      for (Path file : files.toList()) {
        pages.put(String.valueOf(file.getFileName()), Files.readString(file));
      }
    }
    pages.remove("README.md");
    return pages;
  }

  @Test
  void each_number_that_a_document_refers_to_exists_once() throws IOException {
    Numbers numbers = new Numbers(read("attacks.md"), decisions());
    for (String name : List.of("attacks.md", "SECURITY.md", "HACKING.md", "BENCHMARKS.md")) {
      assertEquals(List.of(), numbers.unknownIn(read(name)), name);
    }
    for (Map.Entry<String, String> page : decisions().entrySet()) {
      assertEquals(List.of(), numbers.unknownIn(page.getValue()), page.getKey());
    }
    assertEquals(List.of(), numbers.twice());
  }

  @Test
  void each_decision_that_a_source_refers_to_exists() throws IOException {
    Numbers numbers = new Numbers(read("attacks.md"), decisions());
    for (String folder : List.of("src/main", "src/test/java", "native-tests", "pom.xml")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path file : files.filter(DocumentsTest::mayReferToDecisions).toList()) {
          assertEquals(
              List.of(), numbers.unknownDecisionsIn(Files.readString(file)), file.toString());
        }
      }
    }
  }

  private static boolean mayReferToDecisions(Path file) {
    return Files.isRegularFile(file)
        && Pattern.matches(".*\\.(?:java|c|h|sh|toml|bash|xml)", file.toString())
        && !file.endsWith("DocumentsTest.java");
  }

  /** With {@code -Ddbg.accept-index=true}, the index is written anew instead. */
  @Test
  void the_index_of_decisions_has_the_numbers_of_each_page() throws IOException {
    Numbers numbers = new Numbers(read("attacks.md"), decisions());
    if (Boolean.getBoolean("dbg.accept-index")) {
      String right = numbers.rightIndex(read("decisions/README.md"));
      Files.writeString(DOCUMENTS.resolve("decisions/README.md"), right);
    }
    assertEquals(numbers.rightIndex(read("decisions/README.md")), read("decisions/README.md"));
  }

  @Test
  void wrong_numbers_of_decisions_are_found() {
    Numbers numbers =
        new Numbers(
            "### A1. An attack",
            Map.of(
                "a.md",
                "### D1 One\n### D3 Three\n### D7 Seven",
                "b.md",
                "### D5 Five\n### D7 Again"));

    assertEquals(List.of("A2", "D2"), numbers.unknownIn("A1, A2, D1 and D2"));
    assertEquals(List.of("D2"), numbers.unknownDecisionsIn("A2, D1 and D2"));
    assertEquals(List.of("D7"), numbers.twice());
    assertEquals(
        """
        # Index

        | page | decisions |
        | --- | --- |
        | [a](a.md) | D1-D2 |
        | [b](b.md) | D4 |
        """,
        new Numbers("", Map.of("a.md", "### D1 One\n### D2 Two", "b.md", "### D4 Four"))
            .rightIndex("# Index\n\n| page | decisions |\n| --- | --- |\n| old | D9 |\n"));
  }

  private static long words(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      long words = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        words += Pattern.compile("\\S+").matcher(Files.readString(file)).results().count();
      }
      return words;
    }
  }

  @Test
  void no_document_has_more_words_than_its_budget() throws IOException {
    for (Map.Entry<String, Integer> budget : MOST_WORDS.entrySet()) {
      long words = words(Path.of(budget.getKey()));
      assertTrue(
          words > 0 && words <= budget.getValue(),
          () -> "%s has %d words, at most %d".formatted(budget.getKey(), words, budget.getValue()));
    }
  }

  private static String version() throws IOException {
    return Files.readString(Path.of("pom.xml"))
        .replaceFirst("(?s).*?<artifactId>dbg</artifactId>\\s*<version>(.*?)</version>.*", "$1");
  }

  @Test
  void the_changelog_and_the_readme_speak_of_this_version() throws IOException {
    String first = read("CHANGELOG.md").replaceFirst("(?s).*?\\n## \\[(.*?)\\].*", "$1");
    assertTrue(first.equals(version()) || first.equals("Unreleased"), first);
    String readme = Files.readString(Path.of("README.md"));
    assertTrue(readme.contains("/dbg_" + version() + "_amd64.deb"), version());
  }

  /** The column of .editorconfig. Tables and pasted output cannot be wrapped. */
  @Test
  void the_readme_and_the_page_about_contributing_are_wrapped() throws IOException {
    for (String name : List.of("README.md", ".github/CONTRIBUTING.md")) {
      String text = Files.readString(Path.of(name)).replaceAll("(?s)```.*?```", "");
      List<String> tooLong =
          text.lines().filter(line -> line.length() > 120 && !line.startsWith("|")).toList();
      assertEquals(List.of(), tooLong, name);
    }
  }

  @Test
  void what_is_not_there_is_found() throws IOException {
    Claims wrong =
        new Claims(
            """
            ### A1. One
            What stops it (`kernel/NoSuchFile`, `dbg-enter/confine.c`).

            Tests: `RoomsTest` `main_keeps_every_rule`†, `no_such_test`, `NoSuchTest` `any_test`,
            `HostilePeersTest`‡(close-range,no-such-header,landlock), `RoomsTest`‡

            ### A2. Two
            Remains: nothing.

            ### A3, A4. Three
            Tests: none.

            ### A5. Five
            Tests: none, since it is a setting of the host.

            ### A6
            Tests: `native-tests/systemd/runtimes.sh`
            """,
            Tree.ofCheckout());

    assertEquals(List.of("RoomsTest no_such_test", "NoSuchTest"), wrong.missingTests());
    assertEquals(List.of("main_keeps_every_rule", "HostilePeersTest"), wrong.wrongRuns());
    assertEquals(List.of("kernel/NoSuchFile"), wrong.missingSources());
    assertEquals(List.of("no-such-header", "landlock"), wrong.missingHeaders());
    assertTrue(wrong.unnamedHeaders().contains("noexec"));
    assertEquals(List.of("RoomsTest"), wrong.withoutSecondRun());
    assertEquals(List.of("A2", "A3, A4"), wrong.withoutTests());
    assertEquals(List.of("A6"), wrong.wrongHeadings());
  }
}
