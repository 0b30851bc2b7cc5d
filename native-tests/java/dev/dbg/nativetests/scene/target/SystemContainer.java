package dev.dbg.nativetests.scene.target;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A container of LXC, or of Incus, which keeps its containers by LXC's library. */
public final class SystemContainer implements Target {
  private final Path directory;
  private final String directoryName;
  private final String address;

  /**
   * A container.
   *
   * @param directory the directory of all containers, as LXC's programs take it
   * @param directoryName its own directory's name in there
   * @param address the name that an operator types
   */
  public SystemContainer(Path directory, String directoryName, String address) {
    this.directory = directory;
    this.directoryName = directoryName;
    this.address = address;
  }

  @Override
  public String name() {
    return address;
  }

  @Override
  public long pid() {
    return Long.parseLong(
        Command.must("lxc-info", "-P", directory.toString(), "-n", directoryName, "-pH"));
  }

  /** The process that watches it, and answers at its command socket. */
  public long monitor() {
    return Processes.parent(pid());
  }

  /** The abstract name of its command socket. */
  public String commandSocket() {
    return directory + "/" + directoryName + "/command";
  }

  /** Stops it, if it runs. */
  public void stops() {
    Ran _ =
        Command.of(List.of("lxc-stop", "-P", directory.toString(), "-n", directoryName, "--kill"))
            .run();
  }

  /**
   * Starts it by LXC, which waits until it runs.
   *
   * @param settings further settings of lxc.container.conf(5), each as {@code KEY=VALUE}
   */
  public void restarts(String... settings) {
    stops();
    List<String> words = new ArrayList<>(List.of("lxc-start", "-P", directory.toString()));
    words.addAll(List.of("-n", directoryName));
    for (String setting : settings) {
      words.addAll(List.of("-s", setting));
    }
    String _ = Command.must(words);
  }
}
