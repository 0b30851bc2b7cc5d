package dev.dbg.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.Host;
import dev.dbg.nativetests.scene.Processes;
import dev.dbg.nativetests.scene.Pty;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code -t} as a person at an interactive shell sees it: keys, jobs, sizes, and modes. */
@Tag("native")
final class RealTerminalTest {
  private static final int SIGINT = 2;
  private static final int SIGTSTP = 20;

  @RegisterExtension
  static final Host host = Host.with(Host.EVERYTHING.replace("tools = [", "tools = [\"top\", "));

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-pty");
  }

  /** The client that runs at the terminal. */
  private static long client() {
    List<Long> all = Processes.executing(host.client());
    assertEquals(1, all.size(), all::toString);
    return all.getFirst();
  }

  @Test
  void ctrl_c_ends_the_tool_and_not_the_shell() {
    Pty pty = host.ann().atShell();
    String before = pty.modes();

    pty.types("$DBG -t dbgt-pty net -- act wait\n").shows("waiting");
    assertTrue(pty.isRaw());
    pty.types(Pty.CTRL_C);

    assertEquals(128 + SIGINT, pty.showsPrompt());
    assertEquals(before, pty.modes());
    pty.ends().exits(128 + SIGINT);
  }
}
