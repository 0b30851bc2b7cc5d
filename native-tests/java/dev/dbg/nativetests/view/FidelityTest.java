package dev.dbg.nativetests.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.target.Nsenter;
import dev.dbg.nativetests.scene.target.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Lines of real people run as with nsenter, at least 95 of 100; the others are refused with what to
 * type. Lines with {@code mnt} or {@code pid} run in a process that has the host's files in a mount
 * namespace of its own, so that nsenter finds the tools too.
 */
@Tag("native")
@Tag("whole")
final class FidelityTest {
  private static final Map<String, String> LETTERS =
      Map.of("net", "-n", "mnt", "-m", "pid", "-p", "uts", "-u", "ipc", "-i");

  /** By the path of a control group, which is the host's. */
  private static final Set<String> OF_SYSTEMD =
      Set.of("unit", "uunit", "slice", "ouid", "seat", "lsession", "machine", "lxc");

  @RegisterExtension
  static final Host host =
      Host.with(
          """
          [[rule]]
          who = ["group:dbgt-ops"]
          containers = ["dbgt-*", "pid://*"]
          namespaces = ["net", "mnt", "pid", "uts", "ipc"]
          tools = [%s]
          """
              .formatted(
                  lines()
                      .map(Line::tool)
                      .distinct()
                      .map(tool -> "\"" + tool + "\"")
                      .collect(Collectors.joining(", "))));

  private static Container container;
  private static BareProcess process;

  private record Line(String namespaces, String compared, String words) {
    String tool() {
      return words.split(" ", 2)[0];
    }

    boolean isRefused() {
      return compared.equals("!") || compared.equals("x");
    }

    boolean hasFiles() {
      return namespaces.contains("mnt") || namespaces.contains("pid");
    }

    Target target() {
      return hasFiles() ? process : container;
    }

    Ran dbg() {
      return host.ann()
          .runsScript("$DBG %s %s -- %s".formatted(target().name(), namespaces, words));
    }

    /** How they differ each time: what is seen may change in between. */
    Optional<String> difference() {
      Optional<String> difference = Optional.empty();
      for (int tries = 0; tries < 10; tries++) {
        if (tries > 2) {
          Patience.sleeps(Duration.ofSeconds(1));
        }
        Ran ran = dbg();
        Ran oracle = nsenter();
        if (ran.end().equals(oracle.end())
            && (compared.equals("~")
                ? ran.out().isBlank() == oracle.out().isBlank()
                : ran.out().equals(oracle.out()))) {
          return Optional.empty();
        }
        difference =
            Optional.of("%s: dbg %s%nnsenter %s".formatted(words, ran.brief(), oracle.brief()));
      }
      return difference;
    }

    /** Tools that read /proc need the mount namespace of their pid namespace. */
    Ran nsenter() {
      List<String> all =
          Stream.of((namespaces + (hasFiles() ? ",mnt,pid" : "")).split(",", -1))
              .distinct()
              .map(kind -> LETTERS.getOrDefault(kind, ""))
              .collect(Collectors.toCollection(ArrayList::new));
      all.addAll(List.of("sh", "-c", words));
      return Nsenter.nsenter(target(), all.toArray(String[]::new));
    }
  }

  @BeforeAll
  static void start() {
    container = host.docker().starts("dbgt-fidelity", Engine.BRIDGED, "--hostname", "fidelity");
    process = BareProcess.firstIn(List.of("act", "wait"), "--net", "--mount", "--mount-proc");
  }

  @AfterAll
  static void end() {
    process.ends();
  }

  private static Stream<Line> lines() {
    try {
      return Files.readAllLines(Path.of("src/test/resources/catalogue/fidelity")).stream()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", 3))
          .map(parts -> new Line(parts[0], parts[1], parts[2]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void at_least_95_of_100_lines_run_as_with_nsenter() {
    List<Line> all = lines().filter(line -> !line.compared().equals("x")).toList();
    assertTrue(all.size() >= 100, "lines: " + all.size());
    List<Line> refused = all.stream().filter(Line::isRefused).toList();
    assertTrue(refused.size() * 100 <= all.size() * 5, refused::toString);
    List<String> others = new ArrayList<>();
    for (Line line : all) {
      if (!line.isRefused()) {
        line.difference().ifPresent(others::add);
      }
    }
    assertEquals("", String.join("\n", others));
  }

  /** It may not trace, and says 0 or - where it would have to; users it knows by number. */
  @Test
  void a_column_of_ps_has_a_value_where_nsenter_has_one_or_is_refused() {
    List<String> empty = new ArrayList<>();
    int refused = 0;
    for (String line : Nsenter.nsenter(process, "-p", "-m", "ps", "L").exits(0).lines()) {
      String column = line.split(" ", 2)[0];
      String words = "ps -o " + column + "= -p 1";
      Ran ran = host.ann().runs(process.name() + " pid -- " + words);
      if (ran.wasRefused()) {
        refused++;
      } else if (ran.out().strip().matches("[0-]*") && !OF_SYSTEMD.contains(column)) {
        Ran oracle = Nsenter.nsenter(process, ("-p -m " + words).split(" "));
        if (!oracle.out().strip().matches("[0-]*|root")) {
          empty.add(column + ": " + oracle.out());
        }
      }
    }
    assertEquals(List.of(), empty);
    assertTrue(refused >= 10 && refused <= 40, "refused: " + refused);
  }

  @Test
  void a_line_that_is_refused_says_what_to_type() {
    for (Line line : lines().filter(Line::isRefused).toList()) {
      Ran ran = line.dbg();
      ran.exits(126);
      assertFalse(ran.err().contains("lists what is accepted"), ran.err());
    }
  }
}
