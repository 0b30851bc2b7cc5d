package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ports;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Debian's rsyslogd with the shipped configuration alone, on a port of loopback, with a work
 * directory and a pid file of its own.
 */
public final class Rsyslog implements AutoCloseable {
  private final int port;
  private final Running server;

  private Rsyslog(int port, Running server) {
    this.port = port;
    this.server = server;
  }

  /**
   * Starts one that writes into a database.
   *
   * @param shipped the text of the configuration; its socket, database and port are replaced
   */
  public static Rsyslog starts(Postgres postgres, String database, String shipped) {
    Path directory = World.get().file("rsyslog");
    int port = Ports.free();
    try {
      Files.createDirectory(directory);
      String own = replaced(shipped, "\"/run/postgresql\"", "\"%s\"".formatted(postgres.socket()));
      own = replaced(own, "db=\"dbg\"", "db=\"%s\"".formatted(database));
      own = replaced(own, "port=\"10514\"", "port=\"%d\"".formatted(port));
      own = replaced(own, "resumeInterval=\"10\"", "resumeInterval=\"1\"");
      Files.writeString(
          directory.resolve("rsyslog.conf"),
          "global(workDirectory=\"%s\")\n%s".formatted(directory, own));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> words =
        List.of(
            "rsyslogd", "-n", "-f", directory + "/rsyslog.conf", "-i", directory + "/rsyslog.pid");
    Rsyslog started = new Rsyslog(port, Command.of(words).start());
    Patience.until("rsyslogd listens", () -> Ports.isOpen(port), started.server);
    return started;
  }

  private static String replaced(String text, String words, String others) {
    if (!text.contains(words)) {
      throw new IllegalStateException("the shipped configuration has no " + words);
    }
    return text.replace(words, others);
  }

  public int port() {
    return port;
  }

  /** Sends messages as anybody may who reaches the port. */
  public void isSent(List<byte[]> messages) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      for (byte[] message : messages) {
        out.write("%d ".formatted(message.length).getBytes(StandardCharsets.US_ASCII));
        out.write(message);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has said so. */
  public Rsyslog says(String text) {
    Running _ = server.prints(text);
    return this;
  }

  @Override
  public void close() {
    Ran _ = server.gets("TERM").ends();
  }
}
