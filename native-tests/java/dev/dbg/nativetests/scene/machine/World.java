package dev.dbg.nativetests.scene.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What all tests share, made once and removed at the end: a directory below which only root can
 * write, a copy of the built tree in it, the tests' programs, an image, and the operators.
 */
public final class World implements AutoCloseable {
  /** The operators' group, whose members may connect to dbgd's socket. */
  public static final String GROUP = "dbgt-ops";

  public static final List<String> MEMBERS = List.of("dbgt-ann", "dbgt-bob", "dbgt-cal");
  public static final String OUTSIDER = "dbgt-eve";

  private static final Path SOURCES = Path.of("native-tests/c");
  private static final Path SERVER = Path.of("src/demo/server.c");
  private static final List<String> PROGRAMS =
      List.of(
          "observe",
          "speak",
          "flood",
          "look",
          "attempt",
          "act",
          "attack",
          "mute",
          "vault",
          "arrange",
          "impostor",
          "elsewhere",
          "reborn",
          "oldkernel",
          "serve",
          "echo",
          "squat",
          "clog",
          "witness",
          "notice",
          "strike",
          "activate",
          "meet",
          "cut",
          "glance");

  private static @Nullable World world;

  private final Path directory;
  private final AtomicInteger files = new AtomicInteger();
  private final Map<Tree, CompletableFuture<Path>> trees = new ConcurrentHashMap<>();

  private World(Path directory) {
    this.directory = directory;
  }

  public static synchronized World get() {
    if (world == null) {
      throw new IllegalStateException("no test has made the world yet");
    }
    return world;
  }

  public static synchronized World make() {
    World made = new World(Path.of("/var/lib/dbg-tests-" + ProcessHandle.current().pid()));
    try {
      made.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    world = made;
    return made;
  }

  private void build() throws IOException {
    Files.createDirectories(directory);
    // Operators may traverse it, to dbg and to the sockets, but not list it.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    Files.createDirectories(program(""));
    for (String program : PROGRAMS) {
      compile(SOURCES.resolve(program + ".c"), program);
    }
    compile(SERVER, "server");
    compileLibrary("planted");
    // Linked dynamically, and with a C library that no tool of a host uses.
    String _ = Command.must("musl-gcc", "-o", program("act-musl").toString(), SOURCES + "/act.c");
    removeOperators();
    makeOperators();
  }

  private void compile(Path source, String program) {
    String _ =
        Command.must(
            "cc",
            "-std=gnu17",
            "-static",
            "-O2",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-o",
            program(program).toString(),
            source.toString());
  }

  /** Compiles a library that needs no other library and no help from the loader. */
  private void compileLibrary(String name) {
    String _ =
        Command.must(
            "cc",
            "-std=gnu17",
            "-shared",
            "-fPIC",
            "-nostdlib",
            "-fno-stack-protector",
            "-O2",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-o",
            program(name + ".so").toString(),
            SOURCES.resolve(name + ".c").toString());
  }

  private static void makeOperators() {
    String _ = Command.must("groupadd", "--system", GROUP);
    for (String member : MEMBERS) {
      makeUser(member, "--groups", GROUP);
    }
    makeUser(OUTSIDER);
  }

  private static void makeUser(String name, String... options) {
    List<String> words =
        new ArrayList<>(List.of("useradd", "--system", "--user-group", "--no-create-home"));
    words.addAll(List.of("--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"));
    words.addAll(List.of(options));
    words.add(name);
    String _ = Command.must(words);
  }

  /** Removes the operators of this run, or of one that was killed. */
  private static void removeOperators() {
    String _ =
        Command.must(
            "sh",
            "-c",
            "for user; do ! getent passwd $user >/dev/null"
                + " || { pkill -KILL -U $user; userdel --force $user 2>&1; }; done;"
                + " ! getent group $0 >/dev/null || groupdel $0",
            GROUP,
            MEMBERS.get(0),
            MEMBERS.get(1),
            MEMBERS.get(2),
            OUTSIDER);
  }

  Path directory() {
    return directory;
  }

  /** The directory of a tree, made on first use, others meanwhile. */
  public Path dist(Tree tree) {
    CompletableFuture<Path> mine = new CompletableFuture<>();
    CompletableFuture<Path> others = trees.putIfAbsent(tree, mine);
    if (others != null) {
      return others.join();
    }
    try {
      mine.complete(make(tree));
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
    }
    return mine.join();
  }

  private Path make(Tree tree) {
    return switch (tree) {
      case Tree.AsBuilt() ->
          copy("cp -R", Path.of(System.getProperty("dbg.dist", "target/dbg")), _ -> {});
      case Tree.Altered(Tree base, Tree.Alteration alteration) ->
          copy("cp -Rl", dist(base), alteration::alter);
    };
  }

  /** {@code $2} copies the JVM's cache, which is large. */
  private static final String COPY =
      """
      mkdir $1
      for part in $0/*; do
        case $part in
        */var) $2 $part $1 ;;
        *) cp -R --preserve=timestamps $part $1 ;;
        esac
      done
      """;

  private interface Change {
    void make(Path copy) throws IOException;
  }

  /**
   * The times stay those of the files copied, by which the JVM tells whether its cache is valid.
   *
   * @param cache copies the JVM's cache: nobody writes into one, so copies of a copy may share it
   */
  private Path copy(String cache, Path from, Change change) {
    Path copy = file("dbg");
    // The checkout may belong to any user, and dbgd refuses to run files that anybody but root
    // could have written.
    String _ = Command.must("sh", "-ec", COPY, from.toString(), copy.toString(), cache);
    try {
      change.make(copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String _ = Command.must("chmod", "-R", "u=rwX,go=rX", copy.toString());
    return copy;
  }

  public Path dbg() {
    return dist(new Tree.AsBuilt()).resolve("bin/dbg");
  }

  public Path program(String name) {
    return directory.resolve("programs").resolve(name);
  }

  /** A path for a file or directory that does not exist yet. */
  public Path file(String prefix) {
    return directory.resolve(prefix + "-" + files.incrementAndGet());
  }

  /** The socket in a variable such as DOCKER_HOST. */
  public static Path socket(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .filter(value -> value.startsWith("unix://"))
        .map(value -> Path.of(value.substring("unix://".length())))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    variable + " names no unix:// socket: native-tests/run sets it"));
  }

  @Override
  public void close() {
    removeOperators();
    String _ = Command.must("rm", "-rf", "--one-file-system", directory.toString());
  }
}
