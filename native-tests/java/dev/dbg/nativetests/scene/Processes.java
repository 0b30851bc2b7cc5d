package dev.dbg.nativetests.scene;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The host's processes, proc(5). */
public final class Processes {
  private Processes() {}

  /** Sends a signal, named as kill(1) names it. */
  public static void signal(String name, long pid) {
    String _ = Command.must("/bin/sh", "-c", "kill -%s %d".formatted(name, pid));
  }

  /** Whether the process runs; one that only waits to be waited for does not. */
  public static boolean isAlive(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), Text.BYTES);
      return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
    } catch (IOException e) {
      return false;
    }
  }

  /** The processes that were started with exactly these words. */
  public static List<Long> startedAs(String... words) {
    String wanted = String.join("\0", words) + "\0";
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> commandLine(pid).equals(wanted))
        .toList();
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), Text.BYTES);
    } catch (IOException e) {
      return "";
    }
  }
}
