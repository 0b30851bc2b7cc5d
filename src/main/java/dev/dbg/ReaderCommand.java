package dev.dbg;

import dev.dbg.enter.ReaderProcess;
import dev.dbg.kernel.Privilege;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.Gid;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command lines of reader processes: dbgd's own Java, options and classes, with another main
 * class and a heap of another size.
 */
final class ReaderCommand {
  /**
   * The uid and gid of the log's reader. No account has this id: it is above all ranges that
   * distributions and systemd assign.
   */
  private static final long NOBODYS = 1_900_065_533L;

  /**
   * For a small process: the heap is compacted, and methods are compiled as late as by default. A
   * smaller heap would not hold the objects of the JVM's cache.
   */
  private static final List<String> OF_LOG =
      List.of(
          "-Xms6m",
          "-Xmn2m",
          "-Xmx48m",
          "-XX:MarkSweepDeadRatio=0",
          "-XX:Tier0InvokeNotifyFreqLog=7",
          "-XX:Tier3LoadFeedback=5",
          "-XX:Tier3InvocationThreshold=200",
          "-XX:Tier3MinInvocationThreshold=100",
          "-XX:Tier3CompileThreshold=2000",
          "-XX:Tier3DelayOn=5");

  private static final List<String> OF_USER =
      List.of("-Xms6m", "-Xmn2m", "-Xmx24m", "-XX:MarkSweepDeadRatio=0");

  /** By name, since dbgd's own process loads none of these classes. */
  static final String LOG_READER = "dev.dbg.reader.LogReader";

  static final String USER_READER = "dev.dbg.reader.UserReader";

  private ReaderCommand() {}

  /** Returns the log reader's role: it reads root's files, and has no other right. */
  static ReaderProcess.Role forLog(Path directory) throws IOException {
    return new ReaderProcess.Role(
        new Uid(NOBODYS),
        new Gid(NOBODYS),
        Privilege.DAC_READ_SEARCH.mask(),
        false,
        java(OF_LOG, LOG_READER, directory.toString()));
  }

  /**
   * Returns the role of a reader with a user's rights. It has one useless capability (its filter
   * forbids chroot(2)), because ptrace(2) lets nobody with fewer capabilities trace it: not even
   * that user.
   */
  static ReaderProcess.Role forUser(Users.Account user) throws IOException {
    return new ReaderProcess.Role(
        user.uid(), user.gid(), Privilege.SYS_CHROOT.mask(), true, java(OF_USER, USER_READER));
  }

  private static List<String> java(List<String> options, String main, String... arguments)
      throws IOException {
    List<String> own = ThisProcess.commandLine();
    int classes = own.indexOf("-cp");
    List<String> words = new ArrayList<>(own.subList(0, classes));
    words.addAll(options);
    words.addAll(own.subList(classes, classes + 2));
    words.add(main);
    words.addAll(List.of(arguments));
    return words;
  }
}
