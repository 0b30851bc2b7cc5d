package dev.dbg.nativetests.scene.machine;

import java.nio.file.Path;
import java.util.Map;

/** Programs of the JDK that runs the tests. */
public final class OtherJava {
  private static final Path PROGRAMS = Path.of(System.getProperty("java.home"), "bin");

  private OtherJava() {}

  /** Attaches to a JVM and asks for its version, jcmd(1). */
  public static Ran attachesTo(long pid) {
    return Command.of(PROGRAMS.resolve("jcmd").toString(), Long.toString(pid), "VM.version").run();
  }

  /** What a JVM says that is started with a variable in its environment. */
  public static Ran versionWith(String name, String value) {
    return Command.of(PROGRAMS.resolve("java").toString(), "-version")
        .in(Map.of(name, value))
        .run();
  }
}
