package dev.dbg.nativetests.scene.machine;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What root does by hand on the machine that the tests run on. */
public final class Machine {
  private Machine() {}

  /** Runs a program of this machine as root. */
  public static Ran runs(String... words) {
    return Command.of(words).run();
  }

  /** The same, of one that takes long. */
  public static Ran runsLong(String... words) {
    return Command.of(words).start().endsWithinMinutes(15);
  }

  /** Runs a test program as root. */
  public static Ran runsProgram(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(World.get().program(program).toString()));
    command.addAll(List.of(arguments));
    return Command.of(command).start().ends();
  }

  /** Runs the C compiler. */
  public static void compiles(String... words) {
    String _ = Command.must(Stream.concat(Stream.of("cc"), Stream.of(words)).toList());
  }

  /**
   * Writes a program that anybody may run. Another process does it: of a file that this one writes,
   * what it starts meanwhile has a descriptor for a moment, and it cannot be executed then.
   */
  public static void writesProgram(Path file, String text) {
    Command.of("sh", "-c", "cat >\"$0\" && chmod 0755 \"$0\"", file.toString())
        .reading(Redirect.PIPE)
        .start()
        .endsReading(text.getBytes(StandardCharsets.UTF_8))
        .exits(0);
  }

  /** Runs a command that changes the users of this machine, which waits for no other for long. */
  public static synchronized String changesUsers(String... words) {
    return Command.must(words);
  }

  /** Whether an engine listens at this socket: its file is there a moment before. */
  public static boolean isListening(Path socket) {
    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Gives a terminal another size, as a window manager does. */
  public static void resizes(String terminal, int rows, int columns) {
    String _ =
        Command.must("sh", "-c", "stty rows %d cols %d <%s".formatted(rows, columns, terminal));
  }

  /** Makes a named pipe to which nobody ever writes. */
  public static void makesPipe(Path path) {
    String _ = Command.must("mkfifo", path.toString());
  }

  /** Makes a device node, mknod(1). */
  public static void makesNode(Path path, String kind, int major, int minor) {
    String _ =
        Command.must(
            "mknod",
            "-m",
            "666",
            path.toString(),
            kind,
            Integer.toString(major),
            Integer.toString(minor));
  }

  /** Makes a device node of fuse(4) that anybody may open, as most hosts have it. */
  public static Path makesFuseDevice(Path directory) {
    Path node = directory.resolve("fuse");
    makesNode(node, "c", 10, 229);
    return node;
  }

  /** Gives a file to a user. */
  public static void chowns(Path path, String user) {
    String _ = Command.must("chown", "--no-dereference", user, path.toString());
  }

  /** Moves a file to another path, and gives it to this user. */
  public static void gives(Path from, Path to, String user) {
    String _ = Command.must("mv", from.toString(), to.toString());
    chowns(to, user);
  }
}
