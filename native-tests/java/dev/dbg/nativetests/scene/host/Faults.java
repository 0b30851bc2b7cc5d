package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Running;
import java.nio.file.Path;

/** What a bad disk does to dbgd's calls on one file; SIGINT to the command ends it. */
public final class Faults {
  private Faults() {}

  /**
   * Makes dbgd's system calls on this file fail, in all its threads.
   *
   * @param file the path by which dbgd has opened it
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
            Long.toString(host.daemon().pid()))
        .start()
        .prints(" attached");
  }

  /**
   * Lets no file of dbgd's grow beyond so many bytes, setrlimit(2): the write(2) that reaches the
   * limit is short, and the next one fails.
   */
  public static void noFileBeyond(Host host, long bytes) {
    String _ =
        Command.must(
            "prlimit",
            "--pid",
            Long.toString(host.daemon().pid()),
            "--fsize=" + bytes + ":" + bytes);
  }
}
