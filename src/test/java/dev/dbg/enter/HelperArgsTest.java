package dev.dbg.enter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.CProgram;
import dev.dbg.grammar.words.RunAs;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.HookedLibrary;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.PretendedKernel;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.process.Child;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.model.Gid;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Uid;
import dev.dbg.model.amount.ByteSize;
import dev.dbg.plan.Plan;
import dev.dbg.plan.Streams;
import dev.dbg.toolroot.ToolRoot.DataFile;
import dev.dbg.toolroot.ToolRoot.Launch;
import dev.dbg.tools.Activity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** dbg-enter reads of its command line what dbgd wrote, and knows nothing else. */
@Isolated("its kernel is pretended to all threads of this process")
class HelperArgsTest {
  private static final List<String> TOOLS =
      List.of("tool", "--", "tool=x", "", "=", "LD_DEBUG=all");

  private static final String VARIABLE = "TERM=xterm";

  private static final byte[] NO_UTF8 = {'=', (byte) 0xc3, (byte) 0xa4, (byte) 0xff};

  /** What dbg-enter makes of words that it is not given. */
  private static final Set<String> NOT_GIVEN = Set.of("0", "4294967295", "descriptor -1", "(none)");

  @TempDir private Path directory;

  /** What a command line may say or leave out, decided by chance. */
  private record Chance(Random random, int percent) {
    boolean says() {
      return random.nextInt(100) < percent;
    }

    <T> Optional<T> of(T value) {
      return says() ? Optional.of(value) : Optional.empty();
    }
  }

  @Test
  void every_word_arrives_as_it_was_written() throws Exception {
    CProgram.compile("orders.c", directory.resolve("orders"));
    Set<String> known = new HashSet<>();
    Set<String> written = new HashSet<>();
    PretendedKernel kernel = new PretendedKernel(directory, directory);
    try (AutoCloseable _ = HookedLibrary.with(kernel);
        Fd file = Fd.open("/dev/null", Native.O_RDONLY)) {
      for (int seed = 0; seed < 60; seed++) {
        Chance chance = new Chance(new Random(seed), seed == 0 ? 0 : seed == 1 ? 100 : 50);
        HelperArgs args = seed % 10 == 9 ? reader(file, chance) : tool(file, chance);
        Map<String, String> read = read(args);
        known.addAll(read.keySet());
        written.addAll(compare(args, read));
      }
    }
    assertEquals(known, written, "words that were never written");
  }

  @Test
  void words_keep_their_bytes_and_no_library_takes_one_for_a_variable() {
    assertArrayEquals(NO_UTF8, HelperArgs.environment(List.of("ä\udcff"), List.of()).getFirst());
    for (String word : List.of("LD_PRELOAD=x", "GLIBC_TUNABLES=x", "x")) {
      byte[] first = HelperArgs.environment(List.of(word), List.of()).getFirst();
      assertEquals('=', first[0]);
    }
  }

  private static HelperArgs reader(Fd file, Chance chance) {
    return HelperArgs.reader(
        List.of(file, file, file),
        file,
        file,
        new ReaderProcess.Role(
            new Uid(chance.says() ? 4294967294L : 0),
            new Gid(7),
            chance.says() ? -1L : 0,
            chance.says(),
            List.of("/usr/bin/java")));
  }

  private static HelperArgs tool(Fd file, Chance chance) throws Exception {
    boolean container = chance.says();
    boolean pid = chance.says();
    Map<NamespaceKind, String> kinds = new EnumMap<>(NamespaceKind.class);
    Map<String, Fd> opened = new HashMap<>(Map.of("root", file));
    Map<String, Long> ids = new HashMap<>();
    if (container) {
      kinds.put(NamespaceKind.MNT, "mnt:[1]");
    }
    if (pid) {
      kinds.put(NamespaceKind.PID, "pid:[2]");
      opened.put("pid", file);
    }
    if (container || pid) {
      opened.put("mounts", file);
    }
    if (container && !pid) {
      opened.put("list-of-mounts", file);
      opened.put("mountinfo", file);
    }
    chance.of(file).ifPresent(fd -> opened.put("user", fd));
    chance.of(file).ifPresent(fd -> opened.put("names-user", fd));
    chance.of(file).ifPresent(fd -> opened.put("layers", fd));
    chance.of(4294967294L).ifPresent(id -> ids.put("names-uid", id));
    chance.of(100L).ifPresent(id -> ids.put("names-gid", id));
    Streams piped = chance.says() ? Streams.RELAYED : Streams.HANDED;
    Plan plan =
        new Plan(
            kinds,
            chance.says() ? new RunAs(4294967294L, 4294967293L) : RunAs.ROOT,
            chance.says() ? Streams.TERMINAL : piped,
            // Not SYS_PTRACE with the container's files.
            chance.says() ? ~(1L << 19) : 0,
            Stream.of(Activity.values()).filter(_ -> chance.says()).collect(Collectors.toSet()),
            TOOLS,
            container ? chance.of("/a b=c") : Optional.empty(),
            List.of());
    Launch launch =
        new Launch(
            "/usr/bin/tool",
            chance.of("ld.so"),
            chance.of("/usr/bin/script"),
            chance.of("-x y"),
            chance.of(new DataFile("MAGIC", "")));
    try (StreamEnds ends =
            StreamEnds.open(
                new StreamEnds.WantedStreams(
                    plan.streams(),
                    true,
                    chance.says(),
                    Optional.empty(),
                    Set.of(),
                    new Terminal.Size(1, 1),
                    Optional.empty()));
        Pipe sync = chance.says() ? Pipe.open() : null;
        Pipe trace = chance.says() ? Pipe.open() : null;
        MountTree tree = MountTree.cloneOf("/usr")) {
      HelperArgs args =
          HelperArgs.tool(ends, file, file)
              .inherited(
                  new InheritedFds(
                      opened,
                      chance.says() ? Map.of(file, "/var/lib/a b=c") : Map.of(),
                      chance.says() ? Map.of("time", file) : Map.of(),
                      Map.copyOf(ids)))
              .waitingAt(sync)
              .recordedTo(chance.of(new RecordingFds(file, file, new ByteSize(64, 'M'))))
              .tracedTo(trace)
              .running(plan, launch);
      return container ? args.containersRoot(tree, tree) : args.ownRoot(chance.says());
    }
  }

  /** What dbg-enter reads, by the words that it knows. */
  private Map<String, String> read(HelperArgs args) throws Exception {
    List<String> command = new ArrayList<>();
    args.argv().forEach(word -> command.add(new String(word, StandardCharsets.UTF_8)));
    command.set(0, directory.resolve("orders").toString());
    // ProcessBuilder passes no such environment: the program takes what follows for its own.
    command.add("--");
    HelperArgs.environment(TOOLS, List.of(VARIABLE.getBytes(StandardCharsets.UTF_8)))
        .forEach(word -> command.add(new String(word, StandardCharsets.UTF_8)));
    Process orders = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(orders.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, orders.waitFor(), output);
    Map<String, String> read = new HashMap<>();
    List<String> arguments = new ArrayList<>();
    List<String> variables = new ArrayList<>();
    for (String line : output.split("\n", -1)) {
      if (line.startsWith("argument ")) {
        arguments.add(line.substring("argument ".length()));
      } else if (line.startsWith("variable ")) {
        variables.add(line.substring("variable ".length()));
      } else if (!line.isEmpty()) {
        int equals = line.indexOf('=');
        read.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    assertEquals(TOOLS, arguments);
    assertEquals(List.of(VARIABLE), variables);
    return read;
  }

  /** The words that were written. */
  private static Set<String> compare(HelperArgs args, Map<String, String> read) {
    Set<Integer> passed =
        args.passed().stream().map(Child.Passed::number).collect(Collectors.toSet());
    Map<String, String> left = new HashMap<>(read);
    Set<String> written = new HashSet<>();
    List<byte[]> words = args.argv();
    for (byte[] word : words.subList(1, words.size())) {
      String text = new String(word, StandardCharsets.UTF_8);
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      String value = equals < 0 ? "1" : text.substring(equals + 1);
      String got = left.remove(name);
      if (got != null && got.startsWith("descriptor ")) {
        assertTrue(passed.contains(Integer.valueOf(value)), text);
        got = got.substring("descriptor ".length());
      }
      assertEquals(value, got, text);
      written.add(name);
    }
    left.forEach((name, value) -> assertTrue(NOT_GIVEN.contains(value), name + "=" + value));
    return written;
  }
}
