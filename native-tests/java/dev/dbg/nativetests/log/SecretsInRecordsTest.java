package dev.dbg.nativetests.log;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.session.AlteredSession;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A password that was typed in the wrong place is not kept for as long as the log. */
@Tag("native")
@Tag("whole")
final class SecretsInRecordsTest {
  private static final String SECRET = "hunter2";

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  /** A dbgd that keeps the words of unknown tools. */
  @RegisterExtension static final Host keeping = host.inWhich(AlteredSession.KeepingWords.class);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-ss");
  }

  @Test
  void a_secret_in_a_line_that_is_refused_or_mistyped_is_not_in_the_log() throws IOException {
    for (List<String> line :
        List.of(
            List.of("dbgt-ss", "--", "wget", "--header", "Authorization: " + SECRET, "http://x"),
            List.of("dbgt-ss", "curl -u me:" + SECRET),
            List.of("curl -u me:" + SECRET, "ss"),
            List.of("shell", "-c", "curl -u me:" + SECRET, "dbgt-ss"),
            List.of("shell", "-c", "curl -u me:" + SECRET, "dbgt-none"),
            List.of("ss", "nte", "--", "wget", "-p", SECRET),
            List.of("curl", "-u", "me:" + SECRET, "http://x"),
            List.of("explain", "dbgt-ss", "--", "wget", "--password", SECRET),
            List.of("explain", "dbgt-none", "--", "wget", "--password", SECRET),
            List.of("completion", "--line", "--", "dbgt-none", "--", "wget", SECRET, ""),
            List.of("--password", SECRET, "dbgt-ss", "--", "ss"),
            List.of("kill", SECRET),
            List.of("audit", "show", SECRET, SECRET))) {
      Ran _ = host.ann().runs(line);
      assertFalse(log(host).contains(SECRET), line.toString());
    }
    assertTrue(log(host).contains("\"name\":\"wget\""), "the tool's name is");
    assertTrue(log(host).contains("\"argv_typed\":[\"***\",\"***\",\"***\"]"), "how many words");

    Ran _ = keeping.ann().runs("dbgt-ss -- wget --password " + SECRET);
    assertTrue(log(keeping).contains(SECRET), "what is typed is recorded");
  }

  private static String log(Host of) throws IOException {
    return Files.readString(of.audit().file());
  }
}
