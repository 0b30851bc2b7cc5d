package dev.dbg.nativetests.page;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ports;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.user.Operator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Cockpit's web server on a port of loopback, with a session of an operator's that has no password,
 * and the page as {@code src/cockpit/build} makes it.
 */
final class Cockpit implements AutoCloseable {
  private static final Path BUILD = Path.of("src/cockpit/build").toAbsolutePath();

  private final int port;
  private final Running server;

  private Cockpit(int port, Running server) {
    this.port = port;
    this.server = server;
  }

  /** Makes the page; returns a directory, such as XDG_DATA_DIRS has. */
  static Path makesPage() {
    Path data = World.get().file("cockpit");
    String _ = Command.must(BUILD.toString(), data.resolve("cockpit/dbg").toString());
    return data;
  }

  /** The same, with another text in one of its files. */
  static Path makesPageInWhich(String file, String words, String others) {
    Path data = makesPage();
    Path altered = data.resolve("cockpit/dbg").resolve(file);
    try {
      String text = Files.readString(altered);
      if (!text.contains(words)) {
        throw new AssertionError(file + " has no " + words);
      }
      Files.writeString(altered, text.replace(words, others));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return data;
  }

  /** The script of axe-core, which finds what people who do not see a page cannot use. */
  static String axe() {
    Path own = World.get().file("axe");
    for (String file : List.of("package.json", "package-lock.json")) {
      String _ =
          Command.must(
              "install", "-D", BUILD.resolveSibling(file).toString(), own.resolve(file).toString());
    }
    String _ =
        Command.must(
            "npm",
            "--prefix",
            own.toString(),
            "ci",
            "--silent",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund");
    try {
      return Files.readString(own.resolve("node_modules/axe-core/axe.min.js"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Logs the operator in, who finds dbg and the host's dbgd. */
  static Cockpit of(Host host, Operator operator, Path page) {
    Path own = World.get().file("runtime");
    String user = operator.name();
    String _ = Command.must("install", "-d", "-o", user, "-m", "700", own.toString());
    int port = Ports.free();
    Path bin = Objects.requireNonNull(World.get().dbg().getParent());
    Running server =
        operator.startsScript(
            """
            export PATH=%s:%s:/usr/bin:/bin DBG_SOCKET=%s XDG_RUNTIME_DIR=%s HOME=%s
            export XDG_DATA_DIRS=%s:/usr/share
            exec /usr/lib/cockpit/cockpit-ws --no-tls -a 127.0.0.1 -p %d --local-session=cockpit-bridge
            """
                .formatted(bin, bin.resolveSibling("sbin"), host.socket(), own, own, page, port));
    Patience.until("Cockpit listens", () -> Ports.isOpen(port), server);
    return new Cockpit(port, server);
  }

  /** The address of the page, at a view: {@code sessions?operator=dbgt-ann}. */
  String at(String view) {
    return "http://127.0.0.1:%d/cockpit/@localhost/dbg/index.html#/%s".formatted(port, view);
  }

  @Override
  public void close() {
    var _ = server.gets("TERM").ends();
  }

  @Override
  public String toString() {
    return List.of(port, server).toString();
  }
}
