package dev.dbg;

import dev.dbg.enter.ReaderProcess;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.model.Uid;
import dev.dbg.reader.LogReader;
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
  /**
   * Whom the reader of the log runs as. Nobody has this id: distributions leave it free between
   * systemd's dynamic users and nobody.
   */
  private static final int NOBODYS = 65533;

  private static final List<String> HEAP = List.of("-Xms12m", "-Xmn8m", "-Xmx48m");

  private ReaderCommand() {}

  /** It reads files of root's, and has no other right. */
  static ReaderProcess.Role forLog(Path directory) throws IOException {
    return new ReaderProcess.Role(
        new Uid(NOBODYS),
        NOBODYS,
        Capability.mask(Set.of(Capability.DAC_READ_SEARCH)),
        java(LogReader.class, directory.toString()));
  }

  private static List<String> java(Class<?> main, String argument) throws IOException {
    List<String> own = ThisProcess.commandLine();
    int options = own.indexOf("-cp");
    List<String> words = new ArrayList<>(own.subList(0, options));
    words.addAll(HEAP);
    words.addAll(own.subList(options, options + 2));
    words.add(main.getName());
    words.add(argument);
    return words;
  }
}
