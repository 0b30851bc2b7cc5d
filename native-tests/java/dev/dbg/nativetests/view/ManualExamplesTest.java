package dev.dbg.nativetests.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each example of dbg(1), a line that begins with {@code $ } and the lines that follow it, prints
 * what the page says. Numbers, and the widths of columns, may differ. A line of dbg without {@code
 * $ }, as it runs until somebody ends it, is permitted.
 */
@Tag("native")
@Tag("whole")
final class ManualExamplesTest {
  private static final Path PAGE = Path.of("src/docs/man/dbg.1");
  private static final String PROMPT = "$ ";
  private static final int AT_LEAST = 12;

  private static final Pattern SHOWN_ONLY = Pattern.compile("dbg ([^|>]+)( [|>].*)?");

  /** The page's names, and those of the test. */
  private static final String CONTAINER = "adguard-server-1";

  private static final String ITS_NAME = "dbgt-manual";

  @RegisterExtension
  static final Host host =
      Host.with(
          """
          [[rule]]
          who = ["group:dbgt-ops"]
          containers = ["dbgt-*"]
          namespaces = ["net", "uts", "ipc", "cgroup", "mnt", "pid", "user", "time"]
          tools = ["@network", "@files", "@processes", "curl", "environ", "hostname", "logs", "status", "tar",
            "tcpdump", "threads", "connect", "strace"]
          record = "allowed"

          [rule.arguments.connect]
          options = ["-p 3000"]
          """);

  /** An example: a line of sh, and what it prints. */
  private record Example(String line, List<String> printed) {
    @Override
    public String toString() {
      return line;
    }
  }

  @BeforeAll
  static void start() throws IOException {
    Path files = Files.createDirectory(host.directory().resolve("manual"));
    Path conf = Files.writeString(files.resolve("conf.yaml"), "listen: 53\n");
    Path log =
        Files.writeString(
            files.resolve("server.log"),
            IntStream.rangeClosed(1, 200)
                .mapToObj("line %d of the log\n"::formatted)
                .collect(Collectors.joining()));
    host.docker()
        .starts(
            ITS_NAME,
            Image.named("manual")
                .holds("/etc/adguard/conf.yaml", conf)
                .holds("/var/log/server.log", log),
            List.of(
                Engine.BRIDGED,
                "--hostname",
                CONTAINER,
                "--env",
                "DB_PASSWORD=hunter2",
                "--env",
                "TZ=UTC"),
            "/server");
  }

  static Stream<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    boolean isLiteral = false;
    boolean isExample = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith(".Bd") || line.startsWith(".Ed")) {
        isLiteral = line.startsWith(".Bd");
        isExample = false;
      } else if (isLiteral && line.startsWith(PROMPT)) {
        isExample = true;
        examples.add(new Example(meant(line.substring(PROMPT.length())), new ArrayList<>()));
      } else if (isExample) {
        examples.getLast().printed().add(meant(line));
      }
    }
    return examples.stream();
  }

  /** Without mandoc's escapes. */
  private static String meant(String line) {
    return line.replace("\\&", "").replace("\\e", "\\");
  }

  @Test
  void the_page_has_examples() throws IOException {
    assertTrue(examples().count() >= AT_LEAST);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void an_example_prints_what_the_page_says(Example example) {
    Ran ran =
        host.ann()
            .runsScript(
                "cd \"$(mktemp -d)\"; dbg() { \"$DBG\" \"$@\"; }\n"
                    + example.line().replace(CONTAINER, ITS_NAME));
    assertEquals(
        steady(String.join("\n", example.printed())), steady(ran.out()), () -> ran.toString());
  }

  static Stream<String> shownOnly() throws IOException {
    List<String> page = Files.readAllLines(PAGE);
    return IntStream.range(1, page.size())
        .filter(at -> page.get(at - 1).startsWith(".Bd") || page.get(at - 1).startsWith("dbg "))
        .mapToObj(at -> SHOWN_ONLY.matcher(page.get(at)))
        .filter(Matcher::matches)
        .map(line -> line.group(1));
  }

  @ParameterizedTest
  @MethodSource("shownOnly")
  void a_line_that_is_only_shown_is_permitted(String line) {
    String asked =
        line.matches("(logs|status) .*")
            ? "explain %s -- %s".formatted(ITS_NAME, line.substring(0, line.lastIndexOf(' ')))
            : line.replaceFirst(
                "^(--timeout \\S+ |--wait=\\S+ )?\\S+ ", "explain " + ITS_NAME + " ");
    Ran explained = host.ann().runs(asked).exits(0);
    assertTrue(explained.out().startsWith("permitted"), explained::toString);
  }

  /** What does not depend on the machine and the moment. */
  private static String steady(String printed) {
    return printed
        .replace(host.config().policyFile().toString(), "/etc/dbg/policy.d/10-dns.toml")
        .replace(ITS_NAME, CONTAINER)
        .replace(host.ann().name(), "ann")
        .replaceAll("\\b[0-9a-f]{16}\\b", "#")
        .replaceAll("[0-9]+([.,:][0-9]+)*", "#")
        .replaceAll("[ \\t]+", " ")
        .replaceAll(" +\n", "\n")
        .strip();
  }
}
