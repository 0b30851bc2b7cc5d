package dev.dbg.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The help that dbg prints, {@code src/main/c/dbg/help}: it has the options that the grammar
 * accepts, and dbg prints it without a daemon.
 */
class HelpTest {
  private static final Path TEXTS = Path.of("src/main/c/dbg/help");
  private static final Path DBG = Path.of(System.getProperty("dbg.dist"), "bin/dbg");
  private static final int WIDTH = 80;

  /** The text of {@code dbg --help}; its options are those of exec. */
  private static final String ALL = "dbg";

  /** A line that explains an option: the option's names at its beginning. */
  private static final Pattern EXPLAINED =
      Pattern.compile("(?m)^ {2,6}(-[A-Za-z]|--[a-z-]+)(?:, (--[a-z-]+))?(?= |$)");

  private static final Pattern NAMED =
      Pattern.compile("(?<=[\\[ ])(-[a-zA-Z]|--[a-z-]+)(?=[] ,]|$)");

  /** A word of a shell's line. */
  private static final Pattern WORD = Pattern.compile("'[^']*'|\"[^\"]*\"|\\S+");

  /** The other end of {@code dbg -H}, other_end.c. */
  private static final String STDIO = "stdio";

  /** {@code kubectl dbg}: the options of kubectl's that plugin.c takes out of a line. */
  private static final String KUBECTL = "kubectl";

  private static final Path PLUGIN = Path.of("src/main/c/dbg/kube/plugin.c");

  private static final Pattern OF_KUBECTL = Pattern.compile("\\{\"(--?[a-z-]+)\", [A-Z_]+}");

  /** dbg makes lines of exec of these, forward.c, or does them itself. */
  private static final Set<String> OF_THE_CLIENT =
      Set.of("completion", "connect", "forward", STDIO);

  private static final Grammar GRAMMAR = new Grammar();

  static Stream<String> verbs() {
    return Stream.concat(Grammar.verbs().stream(), Stream.of(STDIO))
        .filter(verb -> !verb.equals("help"))
        .sorted();
  }

  static Stream<String> texts() {
    return Stream.concat(Stream.of(ALL, KUBECTL), verbs());
  }

  @Test
  void each_verb_has_a_text_and_each_text_a_verb() throws IOException {
    try (Stream<Path> files = Files.list(TEXTS)) {
      assertEquals(
          texts().sorted().toList(),
          files.map(file -> file.getFileName().toString().replace(".txt", "")).sorted().toList());
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void each_option_that_is_accepted_is_explained_and_no_other(String name) throws IOException {
    assertEquals(accepted(name), explained(text(name)));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void the_usage_names_no_other_option(String name) throws IOException {
    for (String line : usage(text(name))) {
      Matcher named = NAMED.matcher(line);
      while (named.find()) {
        assertTrue(named.group().equals("--") || accepted(name).contains(named.group()), line);
      }
    }
  }

  /** With {@code -Ddbg.accept-options=true}, the client's table is written anew instead. */
  @Test
  void the_client_s_table_has_the_options_with_a_value_of_each_verb() throws IOException {
    Path table = Path.of("src/main/c/dbg/options.h");
    String right =
        Files.readString(table).replaceFirst("(?s)(?<=VALUE ).*?(?=\n\n)", optionsWithValue());
    if (Boolean.getBoolean("dbg.accept-options")) {
      Files.writeString(table, right);
    }
    assertEquals(right, Files.readString(table));
    assertTrue(right.contains("{\"logs\", \" --reason --since --tail --timeout -n \"}"), right);
  }

  /** exec is first: its options are those of the verbs that only the client has. */
  private static String optionsWithValue() {
    return Stream.concat(Stream.of("exec"), Grammar.verbs().stream().sorted())
        .distinct()
        .map(
            verb ->
                "{\"%s\", \" %s\"}"
                    .formatted(
                        verb,
                        GRAMMAR.options(verb).entrySet().stream()
                            .filter(Map.Entry::getValue)
                            .map(option -> option.getKey() + " ")
                            .collect(Collectors.joining())))
        .filter(row -> !row.endsWith("\" \"}"))
        .collect(Collectors.joining(", \\\\\n\t", "\\\\\n\t", ""));
  }

  private static Set<String> accepted(String name) throws IOException {
    if (name.equals(KUBECTL)) {
      return OF_KUBECTL
          .matcher(Files.readString(PLUGIN))
          .results()
          .map(match -> match.group(1))
          .collect(Collectors.toSet());
    }
    return GRAMMAR.options(name.equals(ALL) ? "exec" : name).keySet();
  }

  private static Set<String> explained(String text) {
    Set<String> names = new TreeSet<>();
    Matcher line = EXPLAINED.matcher(text);
    while (line.find()) {
      names.add(line.group(1));
      if (line.group(2) != null) {
        names.add(line.group(2));
      }
    }
    return names;
  }

  private static List<String> usage(String text) {
    return text.lines()
        .dropWhile(line -> !line.startsWith("Usage:"))
        .takeWhile(line -> !line.isEmpty())
        .toList();
  }

  @Test
  void a_missing_and_a_superfluous_option_are_found() {
    assertEquals(
        Set.of("-t", "--tty", "--no-such", "-n", "--json"),
        explained(
            """
            dbg -x web
              -t, --tty   so
                  --no-such TEXT
              -n COUNT    so
                  --json
            """));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void a_text_fits_a_terminal(String name) throws IOException {
    String text = text(name);
    // A hash takes most of a line, and who types one has it from elsewhere.
    assertEquals(
        List.of(),
        text.lines()
            .filter(line -> line.replaceAll(":[0-9a-f]{64}$", "").length() >= WIDTH)
            .toList(),
        "lines too long");
    assertTrue(
        text.endsWith("\n") && text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 127)));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void three_examples_come_first_and_are_accepted(String name) throws Exception {
    List<String> lines = text(name).lines().toList();
    assertEquals(List.of("", "Examples:"), lines.subList(1, 3));
    assertEquals("", lines.get(6));
    for (String example : lines.subList(3, 6)) {
      List<String> words =
          WORD.matcher(example.strip().split(" {2,}", -1)[0].replaceFirst("^(sudo|kubectl) ", ""))
              .results()
              .map(word -> word.group().replaceAll("^['\"]|['\"]$", ""))
              .takeWhile(word -> !Set.of("|", ">", "&&").contains(word))
              .toList();
      assertEquals("dbg", words.getFirst(), example);
      if (name.equals(KUBECTL)) {
        continue; // src/test/c/cluster.c has what becomes of them.
      }
      if (OF_THE_CLIENT.contains(name)) {
        assertThrows(UsageMistake.class, () -> GRAMMAR.parse(words.subList(1, words.size())));
      } else {
        GRAMMAR.parse(words.subList(1, words.size()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void dbg_prints_the_text_without_a_daemon(String verb) throws Exception {
    for (String line : List.of("help " + verb, verb + " --help", verb + " -h")) {
      assertEquals(new Printed(0, text(verb)), dbg(line.split(" ")), line);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--help", "-h", "help", "--help more", "-h more"})
  void dbg_prints_the_text_about_all_without_a_daemon(String line) throws Exception {
    assertEquals(
        new Printed(0, text(ALL)), dbg(line.isEmpty() ? new String[0] : line.split(" ")), line);
  }

  /** Whoever is asked by -H: no host writes what a shell here reads. */
  @ParameterizedTest
  @CsvSource({"bash,dbg.bash", "zsh,_dbg", "fish,dbg.fish"})
  void dbg_prints_the_script_that_is_installed_without_a_daemon(String shell, String file)
      throws Exception {
    Path installed = Path.of("src/main/dist/share/dbg/completions").resolve(file);
    Printed script = new Printed(0, Files.readString(installed));
    assertEquals(script, dbg("completion", shell));
    for (String host : List.of("no.such.host.invalid", "a,b", "kube://x")) {
      assertEquals(script, dbg("-H", host, "completion", shell));
      assertEquals(125, dbg("-H", host, "completion", shell + "x").status);
      assertEquals(125, dbg("-H", host, "completion", shell, "--line").status);
    }
  }

  @Test
  void kubectl_dbg_has_a_text_too() throws Exception {
    assertEquals(new Printed(0, text(KUBECTL)), dbg("help", KUBECTL));
    // A container may have that name.
    assertEquals(125, dbg(KUBECTL, "--help").status);
  }

  @Test
  void an_option_of_a_tool_asks_dbg_for_nothing() throws Exception {
    for (String line :
        List.of(
            "web net -- ss --help",
            "web -- ss -h",
            "exec web -- ss --help",
            "explain web -- ss -h",
            "stdio net -- ss -h",
            "exec web help",
            "web help")) {
      Printed printed = dbg(line.split(" "));
      assertTrue(printed.status == 125 && printed.text.contains("cannot reach dbgd"), line);
    }
  }

  @Test
  void a_verb_that_does_not_exist_has_no_help() throws Exception {
    Printed printed = dbg("help", "exce");
    assertEquals(125, printed.status);
    assertTrue(printed.text.startsWith("dbg: 'exce' is not a verb: dbg help lists"), printed.text);
  }

  @Test
  void dbg_knows_its_version_without_a_daemon() throws Exception {
    Matcher project =
        Pattern.compile("<version>(.*?)</version>").matcher(Files.readString(Path.of("pom.xml")));
    assertTrue(project.find());
    Printed line = new Printed(0, "dbg " + project.group(1) + "\n");
    assertEquals(line, dbg("version"));
    assertEquals(line, dbg("--version"));
    Printed json = dbg("version", "--json");
    assertTrue(json.text.startsWith("{\"client\":\"" + project.group(1) + "\""), json.text);
    assertEquals(0, json.status);
  }

  /** What dbg printed, and how it ended. */
  private record Printed(int status, String text) {}

  private static Printed dbg(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(DBG.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DBG_SOCKET", "/no/dbgd/listens/here");
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Printed(process.waitFor(), text);
  }

  private static String text(String name) throws IOException {
    return Files.readString(TEXTS.resolve(name + ".txt"));
  }
}
