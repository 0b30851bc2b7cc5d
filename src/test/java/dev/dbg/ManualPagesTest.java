package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordField;
import dev.dbg.grammar.Grammar;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Image;
import dev.dbg.model.Refusal.Denial;
import dev.dbg.model.Replica;
import dev.dbg.policy.rule.ContainerPattern;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The lists of the manual are those of the program: neither has anything that the other lacks. */
class ManualPagesTest {
  private static final String JSON = "--json";

  private static Set<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> words(Stream<String> words) {
    return words.collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, ManualPage> pages() throws IOException {
    return ManualPage.all().stream().collect(Collectors.toMap(ManualPage::name, page -> page));
  }

  @Test
  void each_reference_of_a_page_leads_somewhere() throws IOException {
    Map<String, ManualPage> pages = pages();
    assertTrue(pages.size() >= 8, "pages: " + pages.keySet());
    for (ManualPage page : pages.values()) {
      assertEquals(List.of(), page.dangling(pages));
    }
    ManualPage wrong =
        new ManualPage("a(1)", ".Sh B\n.Xr dbg 2 .\n.Sx C ,\n.Sx B .\n.Sx No\nin\n.Xr dbg 1 .\n");
    assertEquals(
        List.of("a(1): dbg(2)", "a(1): a(1), C", "a(1): dbg(1), No"), wrong.dangling(pages));
  }

  @Test
  void each_page_that_a_source_a_message_or_a_document_names_exists() throws IOException {
    Set<String> pages = pages().keySet();
    List<String> missing = new ArrayList<>();
    for (String root : List.of("README.md", "src", "systemd", "native-tests")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        for (Path file : files.filter(ManualPagesTest::isText).toList()) {
          found("\\b(dbgd?(?:[.-][a-z]+)?\\([1-8]\\))", Files.readString(file)).stream()
              .filter(page -> !pages.contains(page))
              .forEach(page -> missing.add(file + ": " + page));
        }
      }
    }
    missing.removeIf(name -> name.startsWith("src/test/java/dev/dbg/ManualPagesTest.java"));
    assertEquals(List.of(), missing);
  }

  private static boolean isText(Path file) {
    return Files.isRegularFile(file)
        && file.toString().matches(".*\\.(md|java|c|h|txt|toml|service|socket|sh|bash|yml)");
  }

  /**
   * The page that describes a verb of dbg: dbg-logs(1), or dbg(1) if the verb has no other page.
   */
  private static ManualPage pageOf(String verb) throws IOException {
    ManualPage all = ManualPage.read("dbg.1");
    String row = all.section("VERBS").split("(?m)^\\.It Cm " + verb + "$", 2)[1];
    Matcher page =
        Pattern.compile("(?m)^\\.Xr (dbg-[a-z]+) 1$").matcher(row.split("\n\\.It ", 2)[0]);
    return page.find() ? ManualPage.read(page.group(1) + ".1") : all;
  }

  @Test
  void each_verb_of_dbg_has_a_row_and_a_synopsis_and_no_other_verb_has() throws IOException {
    Set<String> verbs = new TreeSet<>(Grammar.verbs());
    String rows = ManualPage.read("dbg.1").section("VERBS");
    assertEquals(verbs, words(ManualPage.items(rows, "Cm").stream()));
    verbs.remove("witness"); // dbgd types this one.
    for (String verb : verbs) {
      assertTrue(pageOf(verb).synopsis().containsKey(verb), verb);
    }
  }

  @Test
  void each_option_of_dbg_is_in_the_page_of_its_verb_and_no_other_is() throws IOException {
    Grammar grammar = new Grammar();
    Set<String> common = Set.of("-h", "--help", "--version", "-H", "--host", JSON);
    Set<String> ofTools = grammar.options("exec").keySet();
    Set<String> described = ManualPage.options(ManualPage.read("dbg.1").section("OPTIONS"));
    assertEquals(words(Stream.of(common, ofTools).flatMap(Set::stream)), described);

    Map<String, Set<String>> listed = new TreeMap<>();
    Map<String, Set<String>> accepted = new TreeMap<>();
    for (String verb : Grammar.verbs()) {
      ManualPage page = pageOf(verb);
      Set<String> options = grammar.options(verb).keySet();
      Set<String> here = listed.computeIfAbsent(page.name(), name -> page.optionsOf(described));
      here.addAll(common);
      assertTrue(here.containsAll(options), verb + " lacks one of " + options + ": " + here);
      accepted.computeIfAbsent(page.name(), name -> new TreeSet<>(common)).addAll(options);

      Set<String> synopsis = page.synopsis().getOrDefault(verb, Set.of());
      assertTrue(options.containsAll(synopsis), verb + " in the synopsis: " + synopsis);
      assertEquals(options.contains(JSON), synopsis.contains(JSON), verb + " " + JSON);
    }
    assertEquals(accepted, listed);
  }

  private static String dbgd(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertEquals(0, new DaemonCommand(Path.of("/nonexistent"), print, print).run(words));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void each_verb_and_option_of_dbgd_is_in_the_page_and_no_other() throws IOException {
    ManualPage page = ManualPage.read("dbgd.8");
    Set<String> verbs = found("(?m)^  ([a-z-]+) {2,}[A-Z]", dbgd("help"));
    List<String> others = List.of("help", "version", "install", "uninstall");
    verbs.addAll(others);
    assertTrue(verbs.size() > 8, "verbs: " + verbs);
    assertEquals(verbs, page.subsections("VERBS"));
    assertEquals(verbs, page.synopsis().keySet());
    verbs.removeAll(others);
    for (String verb : verbs) {
      Set<String> accepted = found("(?<![\\w-])(--[a-z-]+)", dbgd("help", verb));
      accepted.remove("--help");
      assertEquals(accepted, page.synopsis().get(verb), verb);
      assertTrue(
          accepted.containsAll(ManualPage.options(page.section(verb))), verb + ": " + accepted);
    }
  }

  @Test
  void each_scheme_of_a_name_is_in_the_page_and_no_other() throws IOException {
    Set<String> schemes = new TreeSet<>(ContainerPattern.SCHEMES);
    schemes.add(Replica.SCHEME);
    schemes.addAll(List.of("cri", Image.SCHEME));
    assertEquals(
        schemes, found("\\b([a-z0-9]+)://", ManualPage.read("dbg-targets.7").section("NAMES")));
  }

  @Test
  void each_event_and_each_kind_of_denial_is_in_the_page_and_no_other() throws IOException {
    ManualPage page = ManualPage.read("dbg-audit.5");
    assertEquals(
        words(Arrays.stream(Event.values()).map(Event::word)),
        words(ManualPage.items(page.section("Events"), "Cm").stream()));
    assertEquals(
        words(
            Arrays.stream(Denial.values())
                .filter(kind -> kind != Denial.MISTYPED && kind != Denial.MALFORMED)
                .map(Denial::word)),
        words(
            ManualPage.items(page.section("Members"), "Cm").stream()
                .filter(word -> !word.contains(" "))));
  }

  @Test
  void each_member_of_a_record_is_in_the_page_and_no_other() throws IOException {
    ManualPage page = ManualPage.read("dbg-audit.5");
    Set<String> members = words(Arrays.stream(RecordField.values()).map(RecordField::word));
    String parts =
        Stream.of("Every record", "Recordings", "Events", "Members", "Seals")
            .map(page::section)
            .collect(Collectors.joining());
    Set<String> listed = words(ManualPage.items(parts, "Va").stream());
    assertEquals(List.of(), listed.stream().filter(name -> !members.contains(name)).toList());
    String all = parts + page.section("DESCRIPTION");
    Set<String> named =
        found("(?m)([a-z0-9_]+)", String.join(" ", found("(?m)^\\.(?:It )?Va (.*)", all)));
    assertEquals(List.of(), members.stream().filter(name -> !named.contains(name)).toList());
  }

  private static Set<String> statuses() throws ReflectiveOperationException {
    Set<String> statuses = new TreeSet<>();
    for (Field field : ExitStatus.class.getFields()) {
      int status = field.getInt(null);
      if (status > ExitStatus.SOMETHING_FAILS) {
        statuses.add(Integer.toString(status));
      }
    }
    return statuses;
  }

  @Test
  void each_exit_status_is_in_the_page_the_help_and_the_readme() throws Exception {
    String page = ManualPage.read("dbg.1").section("EXIT STATUS\\&");
    assertEquals(statuses(), found("(?m)^\\.It ([0-9]+)$", page));
    Path help = Path.of("src/main/c/dbg/help");
    for (Path other :
        List.of(Path.of("README.md"), help.resolve("exec.txt"), help.resolve("dbg.txt"))) {
      String text = Files.readString(other);
      String sentence = text.replaceFirst("(?s).*\n(The exit|Exit) status", "");
      assertEquals(
          statuses(),
          found("\\b([0-9]{3})\\b", sentence.split("tool\\.?\n", 2)[0]),
          other.toString());
    }
  }

  @Test
  void each_metric_is_in_the_page_and_no_other() throws IOException {
    Set<String> written = new TreeSet<>();
    for (String source : List.of("DaemonMetrics", "metrics/Counters")) {
      written.addAll(
          found(
              "\"(dbg_[a-z_]+)\"",
              Files.readString(Path.of("src/main/java/dev/dbg", source + ".java"))));
    }
    assertTrue(written.size() > 15, "metrics: " + written);
    String items =
        ManualPage.read("dbgd.8")
            .section("METRICS")
            .lines()
            .filter(line -> line.startsWith(".It Li dbg_"))
            .collect(Collectors.joining("\n"));
    assertEquals(written, found("(dbg_[a-z_]+)", items));
  }

  @Test
  void lists_of_a_page_are_read_as_they_are_printed() {
    ManualPage page =
        new ManualPage(
            "a(1)",
            """
            .Sh SYNOPSIS
            .Nm
            .Op Cm go
            .Op Fl ab
            .Fl Fl long Ar file
            .Nm
            .Cm stop it
            .Op Fl Fl now
            .Sh VERBS
            .Bl -tag -width Ds
            .It Fl h , Fl Fl help
            .It Va one , two
            .El
            .Ss go
            .It Fl f Ar key , Fl Fl filter Ar key
            """);
    Map<String, Set<String>> synopsis = new TreeMap<>();
    synopsis.put("go", Set.of("-a", "-b", "--long"));
    synopsis.put("stop", Set.of("--now"));
    assertEquals(synopsis, page.synopsis());
    assertEquals(Set.of("go"), page.subsections("VERBS"));
    assertEquals(Set.of("-f", "--filter"), ManualPage.options(page.section("go")));
    assertEquals(List.of("one", "two"), ManualPage.items(page.section("VERBS"), "Va"));
  }
}
