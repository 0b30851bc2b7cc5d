package dev.dbg.serve;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.tools.Shipped;
import dev.dbg.tools.Tool;
import dev.dbg.tools.argument.ArgumentMistake;
import dev.dbg.wire.Packets;
import dev.dbg.wire.Request;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory and the time of a processor that the largest requests take. */
@Isolated("it measures the heap")
final class RequestWeightTest {
  private static final Grammar GRAMMAR = new Grammar();
  private static final int TIMES = 16;

  /**
   * Returns the largest packet that begins with these words and repeats the last of them, or what
   * is in braces.
   */
  private static byte[] packet(String line) {
    int open = line.indexOf('{');
    if (open >= 0) {
      String part = line.substring(open + 1, line.indexOf('}'));
      int times = (UnixConnection.LARGEST_PACKET - 200) / part.length();
      return Packets.request(
          Stream.of(line.replace("{" + part + "}", "\n").split(" "))
              .map(word -> word.replace("\n", part.replace('_', ' ').repeat(times)))
              .toList());
    }
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    String last = words.getLast();
    int room = UnixConnection.LARGEST_PACKET - 2 - 4 - 1 - 8 - 4;
    for (String word : words) {
      room -= 4 + word.length();
    }
    words.addAll(Collections.nCopies(room / (4 + last.length()), last));
    ByteBuffer packet = ByteBuffer.allocate(UnixConnection.LARGEST_PACKET);
    packet.put((byte) 1).put((byte) Packets.VERSION).putInt(0).put((byte) 0).putInt(0).putInt(0);
    packet.putInt(words.size());
    for (String word : words) {
      packet.putInt(word.length()).put(word.getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = new byte[packet.position()];
    packet.flip().get(bytes);
    return bytes;
  }

  /** Returns everything that dbgd keeps of a request while it decides. */
  private static List<Object> held(byte[] packet) throws Exception {
    Request request = Packets.request(packet);
    try {
      Invocation invocation = GRAMMAR.parse(request.arguments());
      if (!(invocation instanceof Invocation.Exec exec)) {
        return List.of(packet, request, invocation);
      }
      Optional<Tool> tool = Shipped.catalogue().tool(exec.line().tool());
      return List.of(
          packet,
          request,
          invocation,
          tool.map(known -> known.arguments().shown(exec.line().arguments())),
          tool.map(known -> read(known, exec.line())));
    } catch (UsageMistake e) {
      return List.of(packet, request, e);
    }
  }

  private static Object read(Tool tool, Invocation.Line line) {
    try {
      return tool.arguments().read(line.arguments(), line.directory());
    } catch (ArgumentMistake e) {
      return e;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c net -- ss a",
        "c net -- ss -",
        "c net -- ss {a_}a",
        "c net -- ss -{a}",
        "c net -- ss --{a}",
        "c net -- ip a",
        "c mnt -- cat a",
        "c mnt -- curl a",
        "c mnt -- find {/}",
        "c mnt -- tar {c}",
        "c net -- curl {a}@",
        "c net -- curl {a://}@",
        "cp a:{/} -- ss",
        "-t cp a:{/} -- ss",
        "-t cp a:{\u0001} -- ss",
        "c {net,nte,}net -- ss",
        "c {a,} -- ss",
        "-{t} c -- ss",
        "-t{x} c -- ss",
        "--{t} c -- ss",
        "-u {1} c -- ss",
        "-u a{:} c -- ss",
        "-w {/} c mnt -- ls a",
        "--timeout {1} c -- ss",
        "{a} -- ss",
        "{a://} -- ss",
        "c {\u0001} -- ss",
        "audit --since {1m}",
        "audit --status {1}",
        "audit --{s}",
        "ps -{f}",
        "ps --filter {a=}",
        "kill {a}",
        "version -{v}",
        "completion --line -- completion",
        "explain c net -- ss a",
        "audit a",
        "audit -n",
        "audit --since a",
        "tools a",
        "tools -",
        "ps a",
        "ps -x",
        "--reason a",
        "doctor a",
        "version -v",
        "-t",
        "-u",
        "--reason=a",
        "a",
        "exec -t",
        "explain --as",
        "help a",
      })
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @Tag("whole")
  void what_is_held_of_the_largest_request_is_less_than_what_is_reserved_and_soon_read(String line)
      throws Exception {
    byte[] packet = packet(line);
    List<Object> _ = held(packet);
    List<Object> all = new ArrayList<>();
    long before = used();
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long began = thread.getCurrentThreadCpuTime();
    for (int i = 0; i < TIMES; i++) {
      all.add(held(packet.clone()));
    }
    long nanos = thread.getCurrentThreadCpuTime() - began;
    long took = nanos / TIMES / 1000;
    long each = (used() - before) / all.size();

    assertTrue(
        each < (long) Admission.WHILE_DECIDED / 2 * UnixConnection.LARGEST_PACKET,
        () -> each + " bytes");
    assertTrue(nanos > 0 && took < 200_000, () -> took + " us");
  }

  /** Collects once: that takes half a second in a JVM in which thousands of tests have run. */
  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    runtime.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
