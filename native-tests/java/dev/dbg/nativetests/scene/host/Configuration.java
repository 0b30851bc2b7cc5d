package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.machine.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that a host's dbgd reads: its configuration, its policy and its tools. */
public final class Configuration {
  private final Path directory;
  private final Path socket;

  Configuration(Path directory, Path socket) {
    this.directory = directory;
    this.socket = socket;
  }

  /** The file that dbgd is started with. */
  public Path file() {
    return directory.resolve("dbgd.toml");
  }

  public Path policyFile() {
    return directory.resolve("policy.d/10-tests.toml");
  }

  /** The directory of the log. */
  Path audit() {
    return directory.resolve("audit");
  }

  /**
   * Writes all of it.
   *
   * @param host for its table {@code [runtimes]}, which may need sockets in the directory
   */
  void write(Settings settings, Host host) throws IOException {
    Files.createDirectories(directory.resolve("policy.d"));
    Files.createDirectories(directory.resolve("tools.d"));
    writeConfig(settings, settings.runtimes().lines(host));
    writePolicy(settings.policy());
    writeTool("look", "look", "");
    writeTool("attempt", "attempt", "");
    writeTool("act", "act", "forks = true");
    writeTool("tracer", "attempt", "tracer = true\ncapabilities = [\"SYS_PTRACE\", \"NET_RAW\"]");
    writeTool("capable", "look", "capabilities = [\"SYS_PTRACE\", \"NET_RAW\"]");
    writeTool("missing", "missing", "package = \"missing-tools\"");
  }

  private void writeConfig(Settings settings, String runtimes) throws IOException {
    Files.writeString(
        file(),
        """
        [socket]
        path = "%s"
        group = "%s"
        [audit]
        dir = "%s"
        %s
        [policy]
        dir = "%s"
        [tools]
        dir = "%s"
        [runtimes]
        rootless = %s
        %s
        [limits]
        %s
        %s
        """
            .formatted(
                socket,
                World.GROUP,
                audit(),
                settings.audit(),
                directory.resolve("policy.d"),
                directory.resolve("tools.d"),
                settings.usersEngines(),
                runtimes,
                settings.limits(),
                settings.limits().contains("drain") ? "" : "drain = \"1s\""));
  }

  /** The configuration of a dbgd that shares nothing with this one but its policy and tools. */
  public String other() {
    try {
      return Files.readString(file())
          .replace(socket.toString(), directory.resolve("other.sock").toString())
          .replace(audit().toString(), directory.resolve("other-audit").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the policy; dbgd reads it at the next reload. */
  public void writePolicy(String text) {
    try {
      Files.writeString(policyFile(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeTool(String name, String program, String more) throws IOException {
    writeTool(name, World.get().program(program), more);
  }

  /**
   * Writes a tool's file; dbgd reads it at the next reload.
   *
   * @param more further lines of the file
   */
  public void writeTool(String name, Path program, String more) throws IOException {
    Files.writeString(
        directory.resolve("tools.d/" + name + ".toml"),
        """
        name = "%s"
        file = "%s"
        summary = "a tool of the tests'"
        why = "the tests say so"
        operands = ["<text>..."]
        %s
        """
            .formatted(name, program, more));
  }
}
