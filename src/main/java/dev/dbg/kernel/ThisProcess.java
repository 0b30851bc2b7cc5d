package dev.dbg.kernel;

import static dev.dbg.kernel.Native.require;

import dev.dbg.model.Pid;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Changes to this process that dbgd makes when it starts. */
public final class ThisProcess {
  private static final int PR_SET_DUMPABLE = 4;

  private ThisProcess() {}

  public static Pid pid() {
    return new Pid(LibC.getpid());
  }

  /** The effective uid, geteuid(2): the owner of the files that it creates. */
  public static int user() {
    return LibC.geteuid();
  }

  /** The version of its C library, gnu_get_libc_version(3). */
  public static String libraryVersion() {
    return LibC.gnu_get_libc_version();
  }

  /** Its command line, proc_pid_cmdline(5); each word is {@link RawText}. */
  public static List<String> commandLine() throws IOException {
    String all = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1);
    return Stream.of(all.split("\0"))
        .map(word -> RawText.decode(word.getBytes(StandardCharsets.ISO_8859_1)))
        .toList();
  }

  /**
   * Makes the process unreadable without CAP_SYS_PTRACE in the host's user namespace,
   * PR_SET_DUMPABLE(2const): no core file, and its {@code /proc/PID} belongs to root.
   */
  public static void forbidDumps() throws KernelException {
    require("prctl", "PR_SET_DUMPABLE", () -> LibC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  }

  /**
   * Runs {@code action} in a new thread when the signal comes, signal(7). It runs once at a time:
   * {@link CoalescingRunner}.
   *
   * <p>Java has no public API for it. sun.misc.Signal, which exists since Java 1.3, is used by
   * reflection: the compiler warns about direct use, and the build allows no warnings.
   *
   * @param name without SIG: {@code HUP}
   * @return runs it without a signal, also then once at a time
   */
  public static Runnable onSignal(String name, Runnable action) {
    Runnable alone = new CoalescingRunner(action);
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              ThisProcess.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  Thread _ = Thread.ofPlatform().name("signal-" + name).start(alone);
                }
                return null;
              });
      Object _ =
          signal
              .getMethod("handle", signal, handler)
              .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      return alone;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java cannot handle SIG" + name, e);
    }
  }
}
