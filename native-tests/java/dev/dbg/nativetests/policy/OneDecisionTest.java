package dev.dbg.nativetests.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.nativetests.scene.user.Operator;
import dev.dbg.nativetests.scene.words.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A thousand questions, of which each build puts every fifth, to all commands that say whether a
 * line is permitted: {@code dbg}, {@code dbg explain}, {@code dbgd test} and {@code dbg tools}. All
 * give the same answer.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class OneDecisionTest {
  private static final int AT_ONCE = 3;
  private static final List<String> TOOLS = List.of("ss -tln", "ps", "hostname", "ls /");

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-*", "podman://dbgt-una/*"]
      except = ["dbgt-*-hidden"]
      namespaces = ["net", "mnt", "pid", "ipc", "uts", "user", "cgroup", "time"]
      tools = ["ss", "ps", "hostname", "ls"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-one-*", "podman://dbgt-una/*"]
      namespaces = ["net", "mnt", "pid", "ipc", "uts", "user", "cgroup", "time"]
      tools = ["ss", "hostname", "ls"]
      host-namespaces = true
      """;

  @RegisterExtension static final Host host = Host.with(POLICY).withAnsweringEngines();

  /** A line, the operator who types it, and the container. */
  private record Question(Operator operator, Container container, String kinds, String tool) {
    String line() {
      return "%s %s -- %s".formatted(container.name(), kinds, tool);
    }
  }

  private static HostUser una;
  private static List<Container> ofRoot;
  private static Container ofUna;

  @BeforeAll
  static void start() {
    ofRoot =
        List.of(
            host.docker().starts("dbgt-one-own"),
            host.docker()
                .starts("dbgt-one-host", List.of("--network=host", "--uts=host"), "/act", "wait"),
            host.docker().starts("dbgt-one-pid", "--pid=host", "--ipc=host"),
            host.docker().starts("dbgt-one-hidden"));
    una = HostUser.called("dbgt-una");
    ofUna = una.podman().starts("dbgt-unas");
  }

  @AfterAll
  static void end() {
    una.close();
  }

  @Test
  void whoever_is_asked_gives_the_same_answer() throws IOException {
    // Five has no divisor in common with the numbers of operators and tools.
    List<Question> questions = Whole.orEvery(5, questions());
    assertTrue(questions.size() > Whole.orPart(1000, 200), "only " + questions.size());
    Map<Question, Ran> run = new HashMap<>();
    for (Operator operator : List.of(host.ann(), host.bob())) {
      List<Question> theirs = of(operator, questions);
      List<Ran> ran = operator.runsAll(AT_ONCE, theirs.stream().map(Question::line).toList());
      List<Ran> explained =
          operator.runsAll(AT_ONCE, theirs.stream().map(q -> "explain " + q.line()).toList());
      for (int i = 0; i < theirs.size(); i++) {
        assertEquals(answer(ran.get(i)), explanation(explained.get(i)), theirs.get(i).line());
        run.put(theirs.get(i), ran.get(i));
      }
      listsWhatIsPermitted(operator, theirs, ran);
    }
    long least = Whole.orPart(200, 40);
    assertTrue(run.values().stream().filter(Ran::wasRefused).count() > least, "hardly a refusal");
    assertTrue(
        run.values().stream().filter(ran -> !ran.wasRefused()).count() > least,
        "hardly a permission");
    Path file = host.directory().resolve("questions.toml");
    Files.writeString(file, expected(questions, run));
    host.installed()
        .runsOffline("test", file.toString())
        .exits(0)
        .prints("%d as expected, 0 not\n".formatted(questions.size()));
  }

  private static List<Question> questions() {
    List<Question> questions = new ArrayList<>();
    List<Container> containers = new ArrayList<>(ofRoot);
    containers.add(ofUna);
    for (Container container : containers) {
      for (Selection selection : Selection.all()) {
        String kinds =
            selection.kinds().size() == Selection.KINDS.size() ? "all" : selection.words();
        int number = questions.size();
        Operator operator = number % 3 == 0 ? host.ann() : host.bob();
        String tool = TOOLS.get(number % TOOLS.size());
        questions.add(new Question(operator, container, kinds, tool));
      }
      TOOLS.forEach(tool -> questions.add(new Question(host.ann(), container, "all", tool)));
    }
    return questions;
  }

  private static List<Question> of(Operator operator, List<Question> questions) {
    return questions.stream().filter(q -> q.operator.name().equals(operator.name())).toList();
  }

  /** {@code permitted}, or the words of the refusal. */
  private static String answer(Ran ran) {
    return ran.wasRefused()
        ? ran.err()
            .lines()
            .filter(line -> line.contains("refused: "))
            .findFirst()
            .orElseThrow()
            .replaceFirst(".*?refused: ", "")
        : "permitted";
  }

  private static String explanation(Ran explained) {
    String first = explained.lines().getFirst();
    return first.startsWith("permitted by ") ? "permitted" : first.replaceFirst("refused: ", "");
  }

  /** The same questions with these answers, in the form that {@code dbgd test} reads. */
  private static String expected(List<Question> questions, Map<Question, Ran> run)
      throws IOException {
    StringBuilder file =
        new StringBuilder("[[operator]]\nuser = \"dbgt-ann\"\n[[operator]]\nuser = \"dbgt-bob\"\n");
    for (Container container : ofRoot) {
      file.append(
          "[[container]]\nname = \"%s\"\nshares = %s\n"
              .formatted(container.name(), shares(container)));
    }
    file.append(
        "[[container]]\nname = \"%s\"\nowner = \"dbgt-una\"\nshares = %s\n"
            .formatted(ofUna.name(), shares(ofUna)));
    for (Question question : questions) {
      Ran ran = Objects.requireNonNull(run.get(question));
      file.append(
          "[[%s]]\nwho = \"%s\"\nline = \"%s\"\nbecause = '''%s'''\n"
              .formatted(
                  ran.wasRefused() ? "refuse" : "permit",
                  question.operator.name(),
                  question.line(),
                  ran.wasRefused() ? answer(ran) : host.config().policyFile()));
    }
    return file.toString();
  }

  private static String shares(Container container) throws IOException {
    List<String> shared = new ArrayList<>();
    for (String kind : Selection.KINDS) {
      if (namespace("self", kind).equals(namespace(container.pid() + "", kind))) {
        shared.add('"' + kind + '"');
      }
    }
    return shared.toString();
  }

  private static Path namespace(String process, String kind) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/%s/ns/%s".formatted(process, kind)));
  }

  /** The list contains exactly what is permitted. */
  private static void listsWhatIsPermitted(
      Operator operator, List<Question> questions, List<Ran> run) throws IOException {
    Set<String> listed = new HashSet<>();
    List<String> lines = new ArrayList<>();
    for (Container container : questions.stream().map(Question::container).distinct().toList()) {
      Ran tools = operator.runs("tools --json " + container.name());
      for (String line : tools.out().lines().toList()) {
        JsonNode use = new ObjectMapper().readTree(line);
        List<String> kinds = new ArrayList<>();
        use.path("namespaces").forEach(kind -> kinds.add(kind.asText()));
        String tool = use.path("tool").asText();
        kinds.forEach(kind -> listed.add(container.name() + " " + kind + " " + tool));
        lines.add(container.name() + " " + String.join(",", kinds) + " -- " + tool);
      }
    }
    for (Ran ran : operator.runsAll(AT_ONCE, lines)) {
      assertTrue(!ran.wasRefused(), ran::toString);
    }
    for (int i = 0; i < questions.size(); i++) {
      Question question = questions.get(i);
      if (!run.get(i).wasRefused() && !question.kinds.equals("all")) {
        String tool = question.tool.replaceFirst(" .*", "");
        Set<String> missing =
            List.of(question.kinds.split(",", -1)).stream()
                .map(kind -> question.container.name() + " " + kind + " " + tool)
                .filter(kind -> !listed.contains(kind))
                .collect(Collectors.toSet());
        assertEquals(Set.of(), missing, question.line());
      }
    }
  }
}
