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
 * The command lines of dbgd's readers: the Java, the options and the classes of dbgd itself, with
 * another main class and a heap of their own.
 */
final class ReaderCommand {
  /**
   * Whom the reader of the log runs as. Nobody has this id: it is above all ranges that
   * distributions and systemd give to users, services and containers.
   */
  private static final long NOBODYS = 1_900_065_533L;

  /**
   * A collection leaves no gaps, and methods are compiled as late as the JVM does by itself: no
   * session waits for it. A heap that begins with less does not hold the objects of the cache.
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

  /** It reads files of root's, and has no other right. */
  static ReaderProcess.Role forLog(Path directory) throws IOException {
    return new ReaderProcess.Role(
        new Uid(NOBODYS),
        new Gid(NOBODYS),
        Privilege.DAC_READ_SEARCH.mask(),
        false,
        java(OF_LOG, LOG_READER, directory.toString()));
  }

  /**
   * It reads what a user may read. Who traces a process needs all of its capabilities, ptrace(2):
   * so it has one, of which it can make no use, as the filter forbids chroot(2), and its user
   * cannot trace it.
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
