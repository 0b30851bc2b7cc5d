package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Ports;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.user.Operator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Debian's sshd on a port of loopback, with keys of its own. It runs as the operator who may log
 * in, so what a login may do is what the operator may, and nobody else can log in.
 */
public final class Sshd implements AutoCloseable {
  /** For {@code @ResourceLock}: the logins are found by their user, whom classes share. */
  public static final String LOGINS = "logins over ssh";

  private final Path directory;
  private final String user;
  private final int port;
  private final Running server;

  private Sshd(Path directory, String user, int port, Running server) {
    this.directory = directory;
    this.user = user;
    this.port = port;
    this.server = server;
  }

  /** Where {@code dbg} is dbg, and finds the host's dbgd. */
  public static Sshd of(Host host, Operator operator) {
    return obeying(host, operator, "");
  }

  /** Where the operator's key runs this command, whatever is asked for; empty for none. */
  public static Sshd obeying(Host host, Operator operator, String command) {
    Path directory = World.get().file("sshd");
    String user = operator.name();
    String _ = Machine.changesUsers("usermod", "--shell", "/bin/sh", user);
    int port = Ports.free();
    try {
      Files.createDirectories(directory.resolve("bin"));
      for (String key : List.of("host", "key")) {
        String _ =
            Command.must(
                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory + "/" + key);
        Machine.chowns(directory.resolve(key), user);
      }
      writes(
          directory.resolve("authorized"),
          (command.isEmpty() ? "" : "command=\"" + command + "\",restrict ")
              + Files.readString(directory.resolve("key.pub")));
      writes(
          directory.resolve("sshd_config"),
          """
          Port %d
          ListenAddress 127.0.0.1
          HostKey %s/host
          AuthorizedKeysFile %s/authorized
          StrictModes no
          PidFile none
          UsePAM no
          SetEnv PATH=%s:/usr/bin:/bin DBG_SOCKET=%s
          """
              .formatted(port, directory, directory, World.get().dbg().getParent(), host.socket()));
      writes(
          directory.resolve("config"),
          """
          IdentityFile %s/key
          UserKnownHostsFile /dev/null
          StrictHostKeyChecking no
          LogLevel ERROR
          """
              .formatted(directory));
      writesProgram(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Running server =
        Command.of(
                "env",
                "--default-signal=HUP,INT,QUIT",
                "setpriv",
                "--reuid=" + user,
                "--regid=" + user,
                "--init-groups",
                "/usr/sbin/sshd",
                "-D",
                "-e",
                "-f",
                directory + "/sshd_config")
            .start()
            .prints("Server listening");
    return new Sshd(directory, user, port, server);
  }

  private static void writes(Path file, String text) throws IOException {
    Files.writeString(file, text);
  }

  /** The words of sh with which a line of dbg is one for this host. */
  public String onIt() {
    return "export PATH=%s/bin:$PATH DBG_HOST=ssh://%s@127.0.0.1:%d; "
        .formatted(directory, user, port);
  }

  /** The words of sh with which ssh knows these hosts by names of its configuration. */
  public static String known(Map<String, Sshd> hosts) {
    Path directory = World.get().file("ssh");
    StringBuilder config = new StringBuilder();
    hosts.forEach(
        (name, sshd) ->
            config.append(
                """
                Host %s
                  HostName 127.0.0.1
                  User %s
                  Port %d
                  IdentityFile %s/key
                """
                    .formatted(name, sshd.user, sshd.port, sshd.directory)));
    config.append(
        """
        Host *
          UserKnownHostsFile /dev/null
          StrictHostKeyChecking no
          LogLevel ERROR
        """);
    try {
      Files.createDirectories(directory.resolve("bin"));
      writes(directory.resolve("config"), config.toString());
      writesProgram(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "export PATH=%s/bin:$PATH; ".formatted(directory);
  }

  private static void writesProgram(Path directory) {
    Machine.writesProgram(
        directory.resolve("bin/ssh"),
        "#!/bin/sh\nexec /usr/bin/ssh -F %s/config \"$@\"\n".formatted(directory));
  }

  /** The words of sh that execute dbg with these, on this host. */
  public String line(String words) {
    return onIt() + "exec $DBG " + words;
  }

  /** The words of sh that execute ssh itself, with these after the host. */
  public String ssh(String words) {
    return onIt() + "exec ssh -p %d %s@127.0.0.1 %s".formatted(port, user, words);
  }

  /** The processes of ssh that are connected, or try to be. */
  public List<Long> clients() {
    return pids("/usr/bin/ssh -F " + directory);
  }

  /** The processes of sshd that serve a connection. */
  public List<Long> sessions() {
    return pids("sshd-session: " + user);
  }

  private static List<Long> pids(String words) {
    String found = Command.must("sh", "-c", "pgrep -f -- \"$0\" || :", "^" + words);
    return Arrays.stream(found.split("\n"))
        .filter(pid -> !pid.isBlank())
        .map(Long::valueOf)
        .toList();
  }

  @Override
  public void close() {
    var _ = server.gets("TERM").ends();
  }
}
