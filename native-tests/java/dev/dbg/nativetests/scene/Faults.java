package dev.dbg.nativetests.scene;

import java.nio.file.Path;

/** What a bad disk does to dbgd's calls on one file, until it is ended with SIGINT. */
public final class Faults {
  private Faults() {}

  /**
   * Makes calls of dbgd's fail, in all its threads, when they are about this file.
   *
   * @param file as dbgd has opened it
   * @param fault as {@code --inject} of strace(1) takes it
   */
  public static Running on(Host host, Path file, String fault) {
    return Command.of(
            "strace",
            "-f",
            "-P",
            file.toString(),
            "-o",
            "/dev/null",
            "--inject=" + fault,
            "-p",
            Long.toString(host.daemonPid()))
        .start()
        .prints(" attached");
  }

  /**
   * Lets no file of dbgd's grow beyond so many bytes, setrlimit(2): a write(2) that would is short,
   * and the next one fails.
   */
  public static void noFileBeyond(Host host, long bytes) {
    String _ =
        Command.must(
            "prlimit", "--pid", Long.toString(host.daemonPid()), "--fsize=" + bytes + ":" + bytes);
  }
}
