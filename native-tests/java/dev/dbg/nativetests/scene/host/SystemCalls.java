package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The system calls that a dbgd and its children make, as strace(1) writes them. Each is counted as
 * {@code dbgd CALL}, {@code dbg-enter CALL}, which includes all that dbgd starts until a tool is
 * executed, or {@code tool CALL}.
 *
 * <p>The JVM's own threads collect garbage, compile, and wake up by the clock. They are left out,
 * with all that they start.
 */
public final class SystemCalls {
  private static final Pattern LINE = Pattern.compile("(\\d+) +(<\\.\\.\\. )?([a-z0-9_]+)(.*)");
  private static final Pattern STARTS = Pattern.compile("clone3?|v?fork");
  private static final Pattern NUMBER = Pattern.compile("= (\\d+)$");

  /** As they are called in {@code /proc}; "java" is the thread that waits for dbgd's end. */
  private static final Pattern OF_THE_JVM =
      Pattern.compile(
          "java|(VM|C1|C2|GC) .*|(Reference|Signal|Service|Monitor|Notification|Native) .*"
              + "|Finalizer|Common-Cleaner|Cleaner-\\d+|jnr\\.ffi\\.util\\..*");

  private final List<String> lines;
  private final Set<Long> threads = new HashSet<>();
  private final Set<Long> ofTheJvm = new HashSet<>();
  private final Map<Long, String> unfinished = new HashMap<>();
  private final Map<Long, String> executed = new HashMap<>();

  private SystemCalls(List<String> lines) {
    this.lines = lines;
  }

  /**
   * Counts what a dbgd and its children call while something runs.
   *
   * @param trace a new file
   */
  public static Map<String, Long> during(Runnable work, Daemon daemon, Path trace) {
    Map<Long, String> before = names(daemon.pid());
    Running strace = daemon.isTraced("all", trace);
    work.run();
    var _ = strace.gets("INT").ends();
    try {
      SystemCalls calls = new SystemCalls(Files.readAllLines(trace, StandardCharsets.ISO_8859_1));
      before.forEach((thread, name) -> calls.add(thread, OF_THE_JVM.matcher(name).matches()));
      calls.addStarted();
      return calls.counted();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<Long, String> names(long pid) {
    Map<Long, String> names = new HashMap<>();
    for (long thread : Processes.threads(pid)) {
      try {
        String name = Files.readString(Path.of("/proc/%d/task/%d/comm".formatted(pid, thread)));
        names.put(thread, name.strip());
      } catch (IOException e) {
        // It has ended.
      }
    }
    return names;
  }

  private void add(long thread, boolean isTheJvms) {
    threads.add(thread);
    if (isTheJvms) {
      ofTheJvm.add(thread);
    }
  }

  /**
   * The threads that dbgd's threads have started. What its children start is known by other lines:
   * they see numbers of their own pid namespace.
   */
  private void addStarted() {
    for (String line : lines) {
      Matcher call = LINE.matcher(line);
      if (!call.matches() || !STARTS.matcher(call.group(3)).matches()) {
        continue;
      }
      long thread = Long.parseLong(call.group(1));
      String whole = whole(call, thread);
      Matcher started = NUMBER.matcher(whole);
      if (whole.contains("CLONE_THREAD") && threads.contains(thread) && started.find()) {
        add(Long.parseLong(started.group(1)), ofTheJvm.contains(thread));
      }
    }
  }

  private Map<String, Long> counted() {
    Map<String, Long> counts = new TreeMap<>();
    for (String line : lines) {
      Matcher call = LINE.matcher(line);
      if (!call.matches()) {
        continue;
      }
      long thread = Long.parseLong(call.group(1));
      if (call.group(2) == null && !ofTheJvm.contains(thread)) {
        counts.merge(whose(thread) + " " + call.group(3), 1L, Long::sum);
      }
      if (call.group(3).equals("execve")) {
        String whole = whole(call, thread);
        if (whole.endsWith("= 0")) {
          executed.put(thread, whole.contains("[\"dbg-enter\"") ? "dbg-enter" : "tool");
        }
      }
    }
    return counts;
  }

  private String whose(long thread) {
    return threads.contains(thread) ? "dbgd" : executed.getOrDefault(thread, "dbg-enter");
  }

  /** A call's arguments and its result, which may be on another line. */
  private String whole(Matcher call, long thread) {
    if (call.group(2) == null) {
      unfinished.put(thread, call.group(4));
      return call.group(4);
    }
    return unfinished.getOrDefault(thread, "") + call.group(4);
  }
}
