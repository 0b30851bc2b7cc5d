package dev.dbg.nativetests.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Lines as people type them, in {@code dbg shell} on a host whose files, names, ports, processes
 * and variables have a mark that the container does not have. The oracle is the shell of the
 * container, which has one.
 *
 * <p>The lines are in {@code native-tests/shell/lines}, each behind a sign: {@code =} prints what
 * it prints in the container's shell; {@code ~} prints something else, for the tools are others or
 * the time is; {@code !} is refused; {@code h} is the host's, as it says {@code here}.
 */
@Tag("native")
@Tag("whole")
final class ShellLinesTest {
  private static final String MARK = "HOSTMARK";

  /** Lines that read files and wait for nothing. */
  private static final Pattern READS =
      Pattern.compile("(cat|grep|head|ls|sort|tail|wc) [^|;&<>$()~*]*/etc[^|;&<>$()~*]*");

  private static final Path SCRIPT = Path.of("native-tests/shell/marked");

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static Path files;
  private static Container container;
  private static List<String> lines;

  /** What a line printed, what was said, and how it ended. */
  private record Shown(String out, String err, int status) {
    boolean isNothing() {
      return out.isBlank() && err.isBlank();
    }
  }

  @BeforeAll
  static void start() throws IOException {
    String all =
        host.installed().catalogue().stream()
            .map(tool -> "\"" + tool.name() + "\"")
            .collect(Collectors.joining(", "));
    host.config()
        .writePolicy(
            """
        [[rule]]
        who = ["group:dbgt-ops"]
        containers = ["dbgt-*"]
        namespaces = ["net", "uts", "ipc", "mnt", "pid"]
        tools = [%s]
        """
                .formatted(all));
    host.daemon().reloads();
    files = Files.createDirectory(host.directory().resolve("marked"));
    marked("tree", files.resolve("host").toString(), MARK).exits(0);
    marked("tree", files.resolve("container").toString(), "CONTMARK").exits(0);
    Image image = Image.named("shell-lines").holdsAll("/", files.resolve("container"));
    container =
        host.docker()
            .starts(
                "dbgt-lines",
                image,
                List.of("--hostname", "contmark-1"),
                "/bin/busybox",
                "httpd",
                "-f",
                "-p",
                "45454",
                "-h",
                "/srv");
    lines = Files.readAllLines(Path.of("native-tests/shell/lines"));
  }

  private static Ran marked(String... words) {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toAbsolutePath().toString()));
    command.addAll(List.of(words));
    return Machine.runsLong(command.toArray(String[]::new));
  }

  /** The lines with one of these signs, without it. */
  private static List<String> lines(String signs) {
    return lines.stream()
        .filter(line -> signs.indexOf(line.charAt(0)) >= 0)
        .map(line -> line.substring(1))
        .toList();
  }

  private static List<Shown> run(List<String> those, String... words) throws IOException {
    Path input = Files.createTempFile(files, "lines", "");
    Files.write(input, those);
    List<String> command = new ArrayList<>(List.of(words));
    command.add(1, input.toString());
    Ran ran = marked(command.toArray(String[]::new)).exits(0);
    List<String> out = split(ran.out());
    List<String> err = split(ran.err());
    assertEquals(2 * those.size(), out.size(), ran::toString);
    assertEquals(out.size(), err.size(), ran::toString);
    List<Shown> shown = new ArrayList<>();
    for (int i = 0; i < out.size(); i += 2) {
      shown.add(new Shown(out.get(i), err.get(i), Integer.parseInt(out.get(i + 1))));
    }
    return shown;
  }

  /** What was printed before each "=== STATUS", and the statuses, in turn. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    Matcher end = Pattern.compile("\n=== ([0-9]+)\n").matcher(text);
    int begin = 0;
    while (end.find()) {
      parts.add(text.substring(begin, end.start()));
      parts.add(end.group(1));
      begin = end.end();
    }
    return parts;
  }

  private static List<Shown> inShell(List<String> those) throws IOException {
    return run(
        those,
        "host",
        files.toString(),
        host.ann().name(),
        host.installed().client().toString(),
        host.socket().toString(),
        "dbgt-lines");
  }

  @Test
  void no_line_shows_the_host_and_none_is_silent() throws IOException {
    List<String> all = lines("=~!");
    assertTrue(all.size() >= 500, () -> all.size() + " lines");
    List<Shown> seen = inShell(all);
    // What is refused is not run there: some of it would end the container.
    List<String> run = lines("=~");
    List<Shown> there = run(run, "inside", Long.toString(container.pid()));
    List<String> wrong = new ArrayList<>();
    List<String> signs =
        lines.stream().map(line -> line.substring(0, 1)).filter(s -> !s.equals("h")).toList();
    for (int i = 0, at = 0; i < all.size(); i++) {
      String line = all.get(i);
      Shown one = seen.get(i);
      if (one.out().contains(MARK) || (one.err().contains(MARK) && !line.contains(MARK))) {
        wrong.add(line + " shows the host: " + one);
      }
      if (signs.get(i).equals("!")) {
        if (one.status() == 0 || one.err().isBlank()) {
          wrong.add(line + " is not refused: " + one);
        }
        continue;
      }
      Shown other = there.get(at++);
      if (one.status() == 0 && one.isNothing() && !other.out().isBlank()) {
        wrong.add(line + " is silent, where the container says " + other);
      }
      if (signs.get(i).equals("=")
          && (!one.out().equals(other.out()) || (one.status() == 0) != (other.status() == 0))) {
        wrong.add(line + " is " + one + " and not " + other);
      }
    }
    assertEquals(List.of(), wrong);
  }

  /** The oracle of the marks: with {@code here} it is the host that answers. */
  @Test
  void with_here_a_line_shows_the_host() throws IOException {
    List<String> those = lines("h");
    List<Shown> seen = inShell(those);
    for (int i = 0; i < those.size(); i++) {
      assertTrue(seen.get(i).out().contains(MARK), those.get(i) + ": " + seen.get(i));
    }
  }

  /** What the grammar and the filters are for: bash on that host answers from it. */
  @Test
  void bash_itself_would_show_the_host() throws IOException {
    List<String> those =
        lines("=~!").stream().filter(line -> READS.matcher(line).matches()).toList();
    assertTrue(those.size() > 20, () -> those.size() + " lines");
    List<Shown> seen = run(those, "bash", files.toString(), host.ann().name());
    long shown = seen.stream().filter(one -> one.out().contains(MARK)).count();
    assertTrue(shown > those.size() / 3, () -> shown + " of " + those.size());
  }
}
