package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import dev.dbg.resolve.containerd.ContainerdSources;
import dev.dbg.resolve.engine.EngineSources;
import dev.dbg.resolve.lxc.IncusSources;
import dev.dbg.resolve.stopped.StoppedSources;
import dev.dbg.resolve.systemd.MachineSources;
import dev.dbg.resolve.untrusted.LimitedSource;
import dev.dbg.status.StatusSources;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever somebody writes into a source, dbgd's process reads a megabyte of it eight times at once
 * and has memory left. Each is tried in a JVM with dbgd's heap and options, which ends when that is
 * full.
 */
class SourcesAtTheirLimitTest {
  private static final int SIZE = 1 << 20;
  private static final int AT_ONCE = 8;

  /** The JVM's status when its memory is full. */
  private static final int FULL = 3;

  private static List<LimitedSource> sources() {
    return Stream.of(
            StoppedSources.all(),
            EngineSources.all(),
            ContainerdSources.all(),
            MachineSources.all(),
            IncusSources.all(),
            StatusSources.all())
        .flatMap(List::stream)
        .toList();
  }

  /** How a value is filled. */
  private record Fill(String first, IntFunction<String> next, String last) {
    InputStream in(String form) {
      int at = form.indexOf("%s");
      return new Repeated(form.substring(0, at) + first, next, last + form.substring(at + 2));
    }
  }

  private static List<Fill> usual(LimitedSource source) {
    return List.of(
        new Fill("[", _ -> "\"a\",", "\"a\"]"),
        new Fill("[", _ -> source.element() + ",", source.element() + "]"),
        new Fill("{", i -> "\"%x\":%s,".formatted(i, source.element()), "\"a\":0}"));
  }

  private static List<Fill> all(LimitedSource source) {
    List<Fill> all = new ArrayList<>(usual(source));
    all.add(new Fill("[", _ -> "[],", "0]"));
    all.add(new Fill("[", _ -> "{\"a\":0},", "0]"));
    all.add(new Fill("{", i -> "\"%x\":\"\",".formatted(i), "\"a\":\"\"}"));
    all.add(new Fill("", _ -> "[", ""));
    all.add(new Fill("", _ -> "{\"a\":", ""));
    all.add(new Fill("\"", _ -> "xxxxxxxx", "\""));
    all.add(new Fill("\"", _ -> "\u4e00\u4e00", "\""));
    all.add(new Fill("", _ -> source.element(), ""));
    return all;
  }

  /** A text that nobody has to hold. */
  private static final class Repeated extends InputStream {
    private final IntFunction<String> next;
    private final String last;
    private byte[] piece;
    private int at;
    private int pieces;
    private int size;

    Repeated(String first, IntFunction<String> next, String last) {
      this.piece = first.getBytes(StandardCharsets.UTF_8);
      this.next = next;
      this.last = last;
    }

    @Override
    public int read() {
      return hasMore() ? piece[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (!hasMore()) {
        return -1;
      }
      int count = Math.min(length, piece.length - at);
      System.arraycopy(piece, at, into, offset, count);
      at += count;
      return count;
    }

    private boolean hasMore() {
      while (at == piece.length && pieces >= 0) {
        boolean isLast = size >= SIZE;
        String text = isLast ? last : next.apply(pieces);
        pieces = isLast ? -1 : pieces + 1;
        piece = text.getBytes(StandardCharsets.UTF_8);
        size += piece.length;
        at = 0;
      }
      return at < piece.length;
    }
  }

  /** What the JVM with dbgd's memory does. */
  static final class Reading {
    public static void main(String[] words) throws Exception {
      List<LimitedSource> sources = words[0].equals("tree") ? List.of(tree()) : sources();
      try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
        for (LimitedSource source : sources) {
          for (Fill fill : words[0].equals("all") ? all(source) : usual(source)) {
            System.out.println(source.reader().getSimpleName() + " " + source.form());
            atOnce(threads, source, fill);
          }
        }
      }
      System.out.println("has memory left");
    }

    private static void atOnce(ExecutorService threads, LimitedSource source, Fill fill)
        throws Exception {
      CyclicBarrier together = new CyclicBarrier(AT_ONCE);
      List<Future<Object>> held = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        held.add(
            threads.submit(
                () -> {
                  int _ = together.await();
                  try {
                    return source.reading().from(fill.in(source.form()));
                  } catch (IOException e) {
                    return String.valueOf(e.getMessage());
                  } finally {
                    int _ = together.await();
                  }
                }));
      }
      for (Future<Object> one : held) {
        Object _ = one.get();
      }
    }

    private static LimitedSource tree() {
      JsonMapper json = new JsonMapper();
      return new LimitedSource(
          JsonMapper.class, "{\"Config\":{\"Cmd\":%s}}", "{}", text -> json.readTree(text));
    }
  }

  private static String read(String which, int status) throws Exception {
    Process reading =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:SurvivorRatio=3",
                "-Xms6m",
                "-Xmn3m",
                "-Xmx64m",
                "-Xss512k",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                ManagementFactory.getRuntimeMXBean().getClassPath(),
                Reading.class.getName(),
                which)
            .redirectErrorStream(true)
            .start();
    String said = new String(reading.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(status, reading.waitFor(), said);
    return said;
  }

  @Test
  @Tag("whole")
  void a_megabyte_of_words_elements_or_members_is_read_eight_times_at_once() throws Exception {
    String said = read("usual", 0);
    assertTrue(said.endsWith("has memory left\n"), said);
  }

  @Test
  @Tag("whole")
  void whatever_fills_a_megabyte_is_read_eight_times_at_once() throws Exception {
    String said = read("all", 0);
    assertTrue(said.endsWith("has memory left\n"), said);
  }

  @Test
  @Tag("whole")
  void where_a_tree_is_made_of_it_the_memory_is_full() throws Exception {
    String said = read("tree", FULL);
    assertTrue(said.contains("OutOfMemoryError"), said);
  }

  /** Readers whose texts have no author but root, or are bounded where they are read. */
  private static final Set<String> OF_ROOT_ALONE =
      // A cursor file has at most CursorFile.MOST_BYTES.
      Set.of("dev.dbg.deliver.DeliveryProgress");

  @Test
  void each_class_that_reads_such_a_text_is_tried() {
    Set<String> reached = RootProcessTest.reached();
    Set<String> readers = new TreeSet<>();
    for (JavaClass one : RootProcessTest.MAIN) {
      String name = one.getName().replaceFirst("\\$.*", "");
      if (reached.contains(name)
          && !name.startsWith("dev.dbg.resolve.untrusted.")
          && one.getAccessesFromSelf().stream().anyMatch(SourcesAtTheirLimitTest::reads)) {
        readers.add(name);
      }
    }
    readers.removeAll(OF_ROOT_ALONE);
    assertEquals(
        sources().stream()
            .map(source -> source.reader().getName())
            .collect(Collectors.toCollection(TreeSet::new)),
        readers);
  }

  private static boolean reads(JavaAccess<?> access) {
    String call = access.getTargetOwner().getSimpleName() + "." + access.getName();
    return Arrays.asList(
                "JsonFields.of",
                "JsonFields.ofEach",
                "JsonStream.<init>",
                "ProtobufFields.of",
                "OwnedTree.read")
            .contains(call)
        && !access.getOriginOwner().getSimpleName().equals("ProtobufFields");
  }
}
