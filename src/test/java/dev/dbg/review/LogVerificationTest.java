package dev.dbg.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.ShellScript;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.wire.ClientWatch;
import dev.dbg.wire.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogVerificationTest {
  @TempDir private Path directory;
  private final List<Boolean> noted = new ArrayList<>();

  private LogVerification.VerificationResult verified(String script) throws IOException {
    Path launcher = ShellScript.write(directory.resolve("dbgd"), script);
    List<UnixConnection> ends = UnixConnection.pair();
    try (UnixConnection client = ends.getFirst();
        UnixConnection _ = ends.getLast()) {
      return new LogVerification(launcher, directory, noted::add)
          .run(ChainHead.NONE, false, new ClientWatch(client, new Reply(client)))
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exit 1",
        "echo 'Error: Could not create the Java Virtual Machine.' >&2; exit 1",
        "echo 'Error occurred during initialization of VM'; exit 1"
      })
  void a_verification_that_could_not_run_says_nothing_of_the_log(String script) {
    String why =
        String.valueOf(assertThrows(IOException.class, () -> verified(script)).getMessage());

    assertTrue(why.contains("ended with status 1"), why);
    assertEquals(script.contains("Error"), why.contains("Error"), why);
    assertEquals(List.of(), noted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOT INTACT: 3 records, 1 to 3", "{\"intact\":false,\"records\":3}"})
  void a_log_that_is_not_intact_is_noted(String said) throws IOException {
    LogVerification.VerificationResult result = verified("echo '" + said + "'; exit 1");

    assertEquals(new LogVerification.VerificationResult(false, said + "\n"), result);
    assertEquals(List.of(false), noted);
  }

  @Test
  void a_log_that_is_intact_is_noted() throws IOException {
    assertEquals("intact\n", verified("echo intact").text());
    assertEquals(List.of(true), noted);
  }
}
