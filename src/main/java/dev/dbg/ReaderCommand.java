package dev.dbg;

import dev.dbg.enter.ReaderProcess;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.Gid;
import dev.dbg.model.Uid;
import dev.dbg.reader.LogReader;
import dev.dbg.reader.UserReader;
import dev.dbg.tools.Capability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The command lines of dbgd's readers: the Java, the options and the classes of dbgd itself, with
 * another main class and a heap of their own.
 */
final class ReaderCommand {
  private static final List<String> LARGE_HEAP = List.of("-Xms12m", "-Xmn8m", "-Xmx48m");

  private static final List<String> SMALL_HEAP = List.of("-Xms6m", "-Xmn3m", "-Xmx24m");

  private ReaderCommand() {}

  /** It reads files of root's, and has no other right. */
  static ReaderProcess.Role forLog(Path directory) throws IOException {
    return new ReaderProcess.Role(
        new Uid(ReaderProcess.NOBODYS),
        new Gid(ReaderProcess.NOBODYS),
        Capability.mask(Set.of(Capability.DAC_READ_SEARCH)),
        false,
        java(LARGE_HEAP, LogReader.class, directory.toString()));
  }

  /** It reads what a user may read. */
  static ReaderProcess.Role forUser(Users.Account user) throws IOException {
    return new ReaderProcess.Role(
        user.uid(), user.gid(), 0, true, java(SMALL_HEAP, UserReader.class));
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
