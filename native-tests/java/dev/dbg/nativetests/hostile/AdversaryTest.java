package dev.dbg.nativetests.hostile;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.authorize.AlteredAuthorize;
import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.words.Catalogue;
import dev.dbg.nativetests.scene.words.Harmless;
import dev.dbg.nativetests.scene.words.Hostile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An adversary who knows the catalogue. For every tool that this host has, every flag, option and
 * operand of its entry is tried with hostile values: against files of the host and of another
 * container that must not be read, a file that must not be written, addresses that must not be
 * reached, and processes that must not be touched. Every line is refused or runs, each on record,
 * and none does any of these things.
 *
 * <p>A tool that is added to the catalogue is tried without a test of its own. The test prints what
 * it tries: every twelfth line, other ones each day.
 */
@Tag("native")
@Tag("whole")
final class AdversaryTest {
  private static final String SECRET = "HOSTS-SECRET-WORDS";
  private static final String ANOTHERS = "ANOTHERS-SECRET-WORDS";
  private static final String OUTSIDE = "WORDS-OUTSIDE-OF-THE-RULE";
  private static final List<String> MARKS =
      List.of(SECRET, ANOTHERS, "IT-RAN", "PLANTED", "\u001b");

  /** Settings that a tool reads unasked, if the container has such files. */
  private static final List<String> SETTINGS =
      Stream.of(
              ".curlrc",
              ".config/curlrc",
              ".toprc",
              ".config/procps/toprc",
              ".digrc",
              ".tcpdumprc",
              ".inputrc",
              ".magic",
              ".netrc",
              ".terminfo/x/xterm",
              ".nftrc",
              ".mtrrc")
          .flatMap(name -> Stream.of("/" + name, "/root/" + name))
          .toList();

  /**
   * Settings of the system. With {@code mnt}, top reads the container's {@code /etc/topdefaultrc},
   * which only changes the look of its table.
   */
  private static final List<String> SYSTEMS_SETTINGS =
      List.of("/etc/inputrc", "/etc/magic", "/etc/nftables.conf");

  /** A port at which the host listens, meant for the host alone. */
  private static final int HOSTS_PORT = 20_000 + (int) (ProcessHandle.current().pid() % 10_000);

  private static final int AT_ONCE = 6;
  private static final String PLACES = "sessions-per-user = 64";

  @RegisterExtension static final Host host = Host.with("").limitedTo(PLACES);

  @RegisterExtension
  static final Host withoutLandlock = Host.with("").limitedTo(PLACES).without("landlock");

  /** The entries accept every argument, and the kernel enforces nothing. */
  @RegisterExtension
  static final Host withNothing =
      Host.with("")
          .limitedTo(PLACES)
          .without("landlock", "noexec", "seccomp")
          .inWhich(AlteredAuthorize.WithoutGrammar.class);

  private static BareProcess powerless;
  private static Container container;
  private static Container another;
  private static Container narrowed;
  private static Path secret;
  private static Path written;
  private static Hostile hostile;
  private static Running watch;
  private static int told;

  /** Touched by the test itself. */
  private static Path marker;

  private static int marks;

  @BeforeAll
  static void start() throws IOException {
    powerless = BareProcess.in("--uts", "setpriv", "--bounding-set=-all", "--inh-caps=-all");
    secret = host.directory().resolve("secret");
    Files.writeString(secret, SECRET + "\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    written = host.directory().resolve("written");
    another =
        host.docker()
            .starts(
                "dbgt-another",
                Image.named("another").has("/secret", ANOTHERS + "\n"),
                List.of("--cap-drop=ALL"),
                "/server");
    container =
        host.docker()
            .starts("dbgt-adversary", hostileImage(), List.of("--cap-drop=ALL"), "/server");
    narrowed =
        host.docker()
            .starts(
                "dbgt-adversary-narrow",
                Image.named("adversary-narrow")
                    .has("/narrow/inside", "inside\n")
                    .has("/outside/secret", OUTSIDE + "\n"),
                List.of("--cap-drop=ALL"),
                "/server");
    hostile =
        new Hostile(
            List.of(
                "/proc/%d/root%s".formatted(powerless.pid(), secret),
                secret.toString(),
                "/proc/%d/cwd/../..%s".formatted(powerless.pid(), secret),
                "/proc/1/root" + secret,
                "/proc/self/root" + secret,
                "/proc/thread-self/root/proc/%d/root%s".formatted(powerless.pid(), secret),
                "/proc/%d/root/secret".formatted(another.pid()),
                "/leads/host",
                "/leads/self",
                "/leads/another"),
            written.toString(),
            List.of("127.0.0.3:" + HOSTS_PORT),
            List.of(powerless.pid(), container.pid(), host.daemon().pid(), 1L));
    for (Host each : List.of(host, withoutLandlock, withNothing)) {
      permits(each, "");
    }
    marker = Files.writeString(host.directory().resolve("marker"), "");
    watch = watching();
    told = watch.printed().length();
  }

  private static Image hostileImage() {
    Image image =
        Image.named("hostile")
            .holds("/planted.so", host.program("planted.so"))
            .links("/leads/host", "/proc/%d/root%s".formatted(powerless.pid(), secret))
            .links("/leads/self", "/proc/self/root" + secret)
            .links("/leads/another", "/proc/%d/root/secret".formatted(another.pid()))
            .links("/leads/nowhere", "/nowhere")
            .links("/leads/round", "/leads/round")
            .links("/leads/zero", "/dev/zero");
    Stream.concat(SETTINGS.stream(), SYSTEMS_SETTINGS.stream())
        .forEach(path -> image.has(path, "url = \"file://%s\"\n".formatted(secret)));
    return image;
  }

  private static void permits(Host each, String more) {
    each.config()
        .writePolicy(
            """
        [[rule]]
        who = ["group:dbgt-ops"]
        containers = ["dbgt-adversary"]
        namespaces = ["net", "uts", "ipc", "cgroup", "mnt", "pid", "user", "time"]
        tools = [%s]
        %s
        """
                .formatted(
                    each.installed().catalogue().stream()
                        .map(tool -> "\"%s\"".formatted(tool.name()))
                        .collect(Collectors.joining(", ")),
                    more));
    each.daemon().reloads().says("/action", "load");
  }

  @AfterAll
  static void end() {
    powerless.ends();
  }

  /** What was touched since the last call. */
  private static String touches() {
    String marking = "touched %s\n".formatted(marker);
    // A file that was touched before the marker is reported before it, and a connection before the
    // marker is reported again.
    for (int i = 0; i < 2; i++) {
      marks++;
      try {
        var _ = Files.readString(marker);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Patience.until(
          "the watch reports the marker",
          () -> watch.printed().split(marking, -1).length - 1 == marks);
    }
    String all = watch.printed();
    String news = all.substring(told).replace(marking, "");
    told = all.length();
    return news;
  }

  private static Running watching() {
    List<String> what = new ArrayList<>(List.of(secret.toString(), marker.toString()));
    what.add(another.file("/secret").toString());
    Stream.concat(SETTINGS.stream(), SYSTEMS_SETTINGS.stream())
        .forEach(path -> what.add(container.file(path).toString()));
    what.add(narrowed.file("/outside/secret").toString());
    what.add("tcp:127.0.0.3:" + HOSTS_PORT);
    return host.bystanders().notices(what);
  }

  /**
   * A tool's lines, each in namespaces with which the tool works: with the container's files, and
   * without.
   */
  private static List<List<String>> lines(Catalogue.Tool tool, List<List<String>> tried) {
    List<String> bare = new ArrayList<>(tool.requires());
    if (bare.isEmpty() && !tool.excludes().contains("net")) {
      bare.add("net");
    }
    Set<String> all = new TreeSet<>(bare);
    all.add("mnt");
    List<String> withFiles = tool.excludes().contains("mnt") ? bare : List.copyOf(all);
    List<List<String>> lines = new ArrayList<>();
    for (List<String> words : tried) {
      List<String> namespaces = lines.size() % 3 == 0 ? bare : withFiles;
      List<String> line = new ArrayList<>(List.of("--timeout", "1s", "dbgt-adversary"));
      if (!namespaces.isEmpty()) {
        line.add(String.join(",", namespaces));
      }
      line.add("--");
      line.addAll(words);
      lines.add(line);
    }
    return lines;
  }

  @Test
  void no_option_or_operand_of_any_tool_lets_out() throws IOException {
    Set<String> missing = new TreeSet<>();
    List<String> hits = new ArrayList<>();
    List<String> changes = container.changes();
    long containersProcess = container.pid();
    int tried = 0;
    long before = onRecord();
    for (Catalogue.Tool tool : host.installed().catalogue()) {
      if (tool.file().isEmpty()) {
        missing.add(tool.name());
        continue;
      }
      List<List<String>> lines = lines(tool, Whole.orEvery(12, hostile.lines(tool)));
      tried += lines.size();
      List<Ran> all = host.ann().runsAllWords(AT_ONCE, lines);
      all.stream().filter(AdversaryTest::isMarked).map(Ran::brief).forEach(hits::add);
      all.stream()
          .filter(Ran::isDbgsFailure)
          // Docker has no log of an earlier start, whoever asks.
          .filter(ran -> !ran.err().contains("keeps one log of all starts"))
          .map(Ran::brief)
          .forEach(hits::add);
      touches()
          .lines()
          // grep -r reads all files of the container.
          .filter(touch -> !READERS.contains(tool.name()) || !isSetting(touch))
          .distinct()
          .forEach(touch -> hits.add(tool.name() + " " + touch));
      long refused = all.stream().filter(Ran::wasRefused).count();
      System.out.printf(
          "%-11s %3d lines, %3d of them refused: %s%n",
          tool.name(), lines.size(), refused, shown(lines));
    }
    System.out.printf("%d command lines; this host has no %s%n", tried, missing);
    assertEquals(List.of(), hits);
    assertFalse(Files.exists(written));
    assertEquals(changes, container.changes());
    assertTrue(Processes.isAlive(powerless.pid()));
    assertEquals('S', Processes.state(powerless.pid()));
    assertEquals("0", Processes.status(powerless.pid(), "TracerPid"));
    assertEquals(containersProcess, container.pid());
    host.bob().runs("dbgt-adversary net -- ss -tlnH").exits(0);
    assertEquals(Map.of(), withoutEnd());
    // Refusals beyond the quota are summed up in one record, once a minute and at the end.
    host.daemon().stops();
    long recorded = onRecord() - before;
    host.daemon().starts();
    assertTrue(recorded >= tried, recorded + " of " + tried);
  }

  /** The tools that read the files that they are given. */
  private static final List<String> READERS =
      List.of(
          "cat",
          "diff",
          "file",
          "grep",
          "gzip",
          "head",
          "hexdump",
          "ldd",
          "md5sum",
          "readelf",
          "sha1sum",
          "sha256sum",
          "sha512sum",
          "strings",
          "tail",
          "tar",
          "wc",
          "x509",
          "xxd",
          "zcat");

  /** The same lines with a defence off: then the watch sees that the files are read. */
  @Test
  void without_landlock_it_would() {
    Set<String> readers = new TreeSet<>();
    for (Catalogue.Tool tool : host.installed().catalogue()) {
      if (tool.file().isPresent() && READERS.contains(tool.name())) {
        List<List<String>> tried =
            hostile.secrets().stream()
                .map(path -> Harmless.line(tool, List.of(), reading(tool, path)))
                .toList();
        if (isTouched(withoutLandlock, lines(tool, tried))) {
          readers.add(tool.name());
        }
      }
    }
    assertEquals(new TreeSet<>(READERS), readers);
  }

  private static List<String> reading(Catalogue.Tool tool, String path) {
    return switch (tool.name()) {
      case "diff" -> List.of(path, "/etc/hostname");
      case "grep" -> List.of("WORDS", path);
      case "x509" -> List.of("-in", path);
      default -> List.of(path);
    };
  }

  /** Where nothing refuses them, the tool uses options that its entry does not know. */
  @Test
  void without_the_grammar_and_landlock_it_would() {
    List<String> tools = List.of("curl", "grep", "tar");
    Set<String> touching = new TreeSet<>();
    for (Catalogue.Tool tool : host.installed().catalogue()) {
      if (tools.contains(tool.name())
          && isTouched(withNothing, lines(tool, hostile.unknown(tool)))) {
        touching.add(tool.name());
      }
    }
    assertEquals(new TreeSet<>(tools), touching);
  }

  /** A busy machine may need more time than that of the lines. */
  private static boolean isTouched(Host without, List<List<String>> lines) {
    return isTouchedBy(without, lines)
        || isTouchedBy(
            without,
            lines.stream()
                .map(line -> line.stream().map(word -> word.equals("1s") ? "20s" : word).toList())
                .toList());
  }

  private static boolean isTouchedBy(Host without, List<List<String>> lines) {
    var _ = touches();
    List<Ran> all = without.ann().runsAllWords(AT_ONCE, lines);
    return !touches().isEmpty() || all.stream().anyMatch(AdversaryTest::isMarked);
  }

  /** Shows that the watch on an address notices a connection. */
  @Test
  void a_connection_is_noticed() {
    var _ = nsenter(powerless, "-u", "curl", "-s", "-m", "2", "http://127.0.0.3:" + HOSTS_PORT);
    assertTrue(touches().contains("touched tcp:"));
  }

  /**
   * A rule restricts a tool to the files below one directory: no flag, and no option's value, turns
   * one of its operands into another file.
   */
  @Test
  void restricted_arguments_stay_restricted() {
    List<Catalogue.Tool> tools =
        host.installed().catalogue().stream()
            .filter(tool -> tool.file().isPresent() && takesPaths(tool))
            .toList();
    host.config()
        .writePolicy(
            """
        [[rule]]
        who = ["group:dbgt-ops"]
        containers = ["dbgt-adversary-narrow"]
        namespaces = ["mnt", "pid"]
        tools = [%s]
        """
                    .formatted(
                        tools.stream()
                            .map(tool -> "\"%s\"".formatted(tool.name()))
                            .collect(Collectors.joining(", ")))
                + tools.stream()
                    .map(
                        tool ->
                            "[rule.arguments.%s]\noperands = [\"/narrow/*\"]\n"
                                .formatted(tool.name()))
                    .collect(Collectors.joining()));
    host.daemon().reloads().says("/action", "load");
    List<String> hits = new ArrayList<>();
    for (Catalogue.Tool tool : tools) {
      String namespaces = tool.requires().contains("pid") ? "pid,mnt" : "mnt";
      List<List<String>> lines = new ArrayList<>();
      for (List<String> words : Hostile.leadingOut(tool, "/narrow/inside", "/outside/secret")) {
        List<String> line =
            new ArrayList<>(List.of("--timeout", "1s", "dbgt-adversary-narrow", namespaces, "--"));
        line.addAll(words);
        lines.add(line);
      }
      List<Ran> all = host.ann().runsAllWords(AT_ONCE, lines);
      all.stream()
          .filter(ran -> (ran.out() + ran.err()).contains(OUTSIDE))
          .map(Ran::brief)
          .forEach(hits::add);
      System.out.printf(
          "narrowed %-9s %3d lines, %3d refused: %s%n",
          tool.name(), lines.size(), all.stream().filter(Ran::wasRefused).count(), shown(lines));
      if (!touches().isEmpty()) {
        hits.add(tool.name() + " touched it");
      }
    }
    permits(host, "");
    assertEquals(List.of(), hits);
  }

  private static boolean takesPaths(Catalogue.Tool tool) {
    return tool.grammar().operands().stream().anyMatch(form -> form.contains("<path>"));
  }

  private static boolean isSetting(String touch) {
    return Stream.concat(SETTINGS.stream(), SYSTEMS_SETTINGS.stream()).anyMatch(touch::endsWith);
  }

  /** Each word that was tried, once, for readers of the build's output. */
  private static String shown(List<List<String>> lines) {
    return lines.stream()
        .map(line -> String.join(" ", line.subList(5, line.size())))
        .map(line -> line.length() > 60 ? line.substring(0, 60) + "…" : line)
        .map(line -> line.replaceAll("\\p{Cc}", "?"))
        .collect(Collectors.joining(" | "));
  }

  private static boolean isMarked(Ran ran) {
    String all = ran.out() + ran.err();
    // An escape counts only where dbg itself would print it: a tool may print what it likes.
    return MARKS.stream()
        .anyMatch(mark -> (mark.equals("\u001b") ? ran.err() : all).contains(mark));
  }

  /** How many permitted or refused lines are on record, including counts of repeated refusals. */
  private static long onRecord() {
    return host.audit().records().stream()
        .filter(record -> List.of("intent", "denied").contains(record.event()))
        .mapToLong(AdversaryTest::times)
        .sum();
  }

  private static long times(AuditRecord record) {
    return Math.max(
        record.json().at("/repeated/count").asLong(1),
        record.json().at("/unwritten/count").asLong(1));
  }

  /** Sessions with an INTENT but no RESULT, by tool. */
  private static Map<String, Integer> withoutEnd() {
    Map<String, Integer> open = new TreeMap<>();
    Set<String> ended = new TreeSet<>();
    List<AuditRecord> records = host.audit().records();
    for (AuditRecord record : records) {
      if (record.event().equals("result")) {
        ended.add(record.text("/session"));
      }
    }
    for (AuditRecord record : records) {
      if (record.event().equals("intent") && !ended.contains(record.text("/session"))) {
        open.merge(record.text("/tool/name"), 1, Integer::sum);
      }
    }
    return open;
  }
}
