package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.kernel.socket.UnixSocket;
import dev.dbg.model.ExitStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real client, and who answers it sends a shell. What reads the log answers clients too, and is
 * trusted with less than dbgd is.
 */
class UnaskedShellTest {
  private static final Path DBG = Path.of(System.getProperty("dbg.dist"), "bin/dbg");

  private static final int OF_THE_SHELL = 7;

  @TempDir Path directory;

  private record Ended(int status, String complaint) {}

  private Ended answered(String... words) throws Exception {
    Path socket = directory.resolve("socket");
    UnixSocket server = UnixSocket.listen(socket, Optional.empty());
    ProcessBuilder client = new ProcessBuilder(DBG.toString());
    client.command().addAll(List.of(words));
    client.environment().put("DBG_SOCKET", socket.toString());
    Process started = client.start();
    try (UnixConnection connection = server.accept(UnixSocket.FOREVER).orElseThrow()) {
      new Reply(connection).becomeShell("", List.of("sh", "-c", "exit " + OF_THE_SHELL));
      String complaint =
          new String(started.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(started.waitFor(), complaint);
    } finally {
      server.stopAccepting();
    }
  }

  @Test
  void a_client_of_the_log_does_not_become_a_shell() throws Exception {
    Ended ended = answered("audit");
    assertEquals(ExitStatus.DBG_FAILED, ended.status);
    assertTrue(ended.complaint.contains("a shell that nobody asked for"), ended.complaint);
  }

  @Test
  void who_asked_for_a_shell_becomes_one() throws Exception {
    assertEquals(OF_THE_SHELL, answered("shell", "c").status);
  }
}
