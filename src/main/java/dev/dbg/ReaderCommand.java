package dev.dbg;

import dev.dbg.enter.ReaderProcess;
import dev.dbg.kernel.Privilege;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.Gid;
import dev.dbg.model.Uid;
import dev.dbg.reader.LogReader;
import dev.dbg.reader.UserReader;
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

  private static final List<String> LARGE_HEAP = List.of("-Xms12m", "-Xmn8m", "-Xmx48m");

  private static final List<String> SMALL_HEAP = List.of("-Xms6m", "-Xmn3m", "-Xmx24m");

  private ReaderCommand() {}

  /** It reads files of root's, and has no other right. */
  static ReaderProcess.Role forLog(Path directory) throws IOException {
    return new ReaderProcess.Role(
        new Uid(NOBODYS),
        new Gid(NOBODYS),
        Privilege.DAC_READ_SEARCH.mask(),
        false,
        java(LARGE_HEAP, LogReader.class, directory.toString()));
  }

  /**
   * It reads what a user may read. Who traces a process needs all of its capabilities, ptrace(2):
   * so it has one, of which it can make no use, as the filter forbids chroot(2), and its user
   * cannot trace it.
   */
  static ReaderProcess.Role forUser(Users.Account user) throws IOException {
    return new ReaderProcess.Role(
        user.uid(),
        user.gid(),
        Privilege.SYS_CHROOT.mask(),
        true,
        java(SMALL_HEAP, UserReader.class));
  }

  private static List<String> java(List<String> heap, Class<?> main, String... arguments)
      throws IOException {
    List<String> own = ThisProcess.commandLine();
    int options = own.indexOf("-cp");
    List<String> words = new ArrayList<>(own.subList(0, options));
    words.addAll(heap);
    words.addAll(own.subList(options, options + 2));
    words.add(main.getName());
    words.addAll(List.of(arguments));
    return words;
  }
}
