package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A copy of a host's tree, with its cache, and one dbgd that is started from it. */
public final class OwnTree {
  private static final String CACHE = "var/cache/dbg/dbgd.aot";

  private final Host host;
  private final Path home;
  private final Path kept;
  private final Path socket;
  private @Nullable Running dbgd;

  private OwnTree(Host host) {
    this.host = host;
    this.home = host.directory().resolve("own-tree");
    this.kept = host.directory().resolve("kept.aot");
    this.socket = host.directory().resolve("own.sock");
  }

  /** Copies the tree, and its cache. */
  public static OwnTree of(Host host) {
    OwnTree tree = new OwnTree(host);
    String _ = Command.must("rm", "-rf", tree.home.toString());
    Path built = host.installed().helper().resolve("../../..").normalize();
    String _ = Command.must("cp", "-a", built.toString(), tree.home.toString());
    String _ = Command.must("cp", "-p", tree.cache().toString(), tree.kept.toString());
    return tree;
  }

  public Path cache() {
    return home.resolve(CACHE);
  }

  /** The directory of the cache. */
  public Path directory() {
    return home.resolve("var/cache/dbg");
  }

  /** What the making of the cache locks. */
  public Path lock() {
    return directory().resolve("lock");
  }

  /** The cache as it was copied. */
  public Path kept() {
    return kept;
  }

  public Ran makesCache(String... before) {
    List<String> words = new ArrayList<>(List.of(before));
    words.addAll(List.of(home.resolve("sbin/dbgd").toString(), "cache"));
    return Command.ofDbgd(words).start().endsWithinMinutes(5);
  }

  /** Puts the cache back as it was, with its directories. */
  public void restoresCache() {
    runs("rm -rf %s/var && mkdir -p %s && cp -p %s %s".formatted(home, directory(), kept, cache()));
  }

  /** Runs a line of shell as root, in the tree's directory. */
  public void runs(String line) {
    String _ = Command.must("sh", "-c", "cd %s && %s".formatted(home, line));
  }

  /** Starts dbgd, which answers. Its log is below a directory that only root may enter. */
  public OwnTree starts() throws IOException {
    Path config = host.directory().resolve("own.toml");
    Files.deleteIfExists(socket);
    Path hidden = host.directory().resolve("own-log");
    String _ = Command.must("mkdir", "-p", "-m", "0700", hidden.toString());
    Files.writeString(
        config,
        host.config()
            .other()
            .replace(host.directory().resolve("other.sock").toString(), socket.toString())
            .replace(
                host.directory().resolve("other-audit").toString(),
                hidden.resolve("audit").toString()));
    Running started =
        Command.ofDbgd(
                List.of(
                    home.resolve("sbin/dbgd").toString(), "serve", "--config", config.toString()))
            .start();
    dbgd = started;
    Running _ = started.prints("ready");
    asks("version").exits(0);
    return this;
  }

  /** Starts {@code dbgd deliver} of this tree, which reads the host's log; the caller ends it. */
  public Running delivers() {
    return Command.ofDbgd(
            List.of(
                home.resolve("sbin/dbgd").toString(),
                "deliver",
                "--config",
                host.config().file().toString()))
        .start()
        .prints("ready");
  }

  /** The processes beside this dbgd that read for it. */
  public List<Long> readers() {
    return Processes.of(Objects.requireNonNull(dbgd).pid()).stream()
        .filter(pid -> Processes.commandLine(pid).contains("Reader"))
        .toList();
  }

  /** What dbg says to root, asked at this dbgd's socket. */
  public Ran asks(String line) {
    return host.root().runsScript("DBG_SOCKET=%s $DBG %s".formatted(socket, line));
  }

  /** Ends dbgd; what it has printed. Empty if none runs. */
  public String stops() {
    if (dbgd == null) {
      return "";
    }
    Ran ran = dbgd.gets("TERM").ends();
    dbgd = null;
    return ran.out() + ran.err();
  }

  /** Whether dbgd uses the cache, which the kernel knows: it is mapped. */
  public boolean usesCache() {
    return lines("maps").stream().anyMatch(line -> line.endsWith(CACHE));
  }

  /**
   * Whether a dbgd that only says its version looks into the cache, as one that serves does then:
   * for less than such a one takes to start. It says nothing else.
   */
  public boolean opensCache() throws IOException {
    Path trace = host.directory().resolve("opened");
    List<String> words = new ArrayList<>(List.of("strace", "-f", "-e", "trace=open,openat"));
    words.addAll(List.of("-o", trace.toString(), home.resolve("sbin/dbgd").toString()));
    words.add("--version");
    Ran ran = Command.ofDbgd(words).run().exits(0);
    if (!ran.out().matches("dbgd [^\\n]*\\n") || !ran.err().isEmpty()) {
      throw new AssertionError(ran.toString());
    }
    return Files.readString(trace, Text.BYTES).contains(CACHE);
  }

  /** How much of the cache that nobody writes to is in dbgd's memory, in KB. */
  public long cacheInMemory() {
    long sum = 0;
    boolean inside = false;
    for (String line : lines("smaps")) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        inside = line.contains(" r--p ") && line.endsWith(CACHE);
      } else if (inside && line.startsWith("Rss:")) {
        sum += Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return sum;
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(
          Path.of("/proc", Long.toString(Objects.requireNonNull(dbgd).pid()), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
