package dev.dbg.nativetests.stopped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An image whose command has 127,500 words of one letter: what Docker keeps of its containers would
 * be seventy times as long in dbgd's memory, and end it and all sessions.
 */
@Tag("native")
@Tag("whole")
final class ManyWordsTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-words-*"]
      namespaces = ["mnt"]
      tools = ["ls"]
      stopped = true
      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-words-*"]
      namespaces = ["net"]
      tools = ["act"]
      """;

  private static final String IMAGE = "dbgt-words/many:1";
  private static final int WORDS = 127_500;
  private static final int TIMES = 64;
  private static final int AT_ONCE = 8;

  @RegisterExtension
  static final Host host =
      Host.with(POLICY).asking(of -> of.engineStates(of.docker().socket(), of.podman().socket()));

  /** By the Engine API: no line of a shell can have so many words. */
  private static void makesImage(Container from) throws IOException {
    Path words = host.directory().resolve("words.json");
    String all = String.join(",", Collections.nCopies(WORDS, "\"a\""));
    Files.writeString(words, "{\"Cmd\":[%s]}".formatted(all));
    String _ =
        Command.must(
            "curl",
            "--fail",
            "--silent",
            "--show-error",
            "--unix-socket",
            host.docker().socket().toString(),
            "--header",
            "Content-Type: application/json",
            "--data-binary",
            "@" + words,
            "http://docker/commit?container=%s&repo=dbgt-words/many&tag=1".formatted(from.id()));
  }

  @Test
  void others_sessions_go_on_and_its_files_are_shown() throws IOException {
    Container running = host.docker().starts("dbgt-words-running");
    makesImage(running);
    String id = host.docker().client(List.of("create", "--name", "dbgt-words-many", IMAGE)).strip();
    try {
      Path kept = Path.of(host.docker().state(), "containers", id, "config.v2.json");
      assertTrue(Files.size(kept) > 2 * 4 * WORDS - 1000, () -> kept + " is short");
      Running session = host.bob().starts("dbgt-words-running net -- act wait").prints("waiting");
      long daemon = host.daemon().pid();

      Ran _ = host.ann().runsOften(TIMES, AT_ONCE, "dbgt-words-many mnt -- ls /").exits(0);

      assertEquals(daemon, host.daemon().pid());
      assertTrue(Processes.isAlive(session.pid()), host.daemon()::log);
      Ran _ = session.gets("TERM").ends();
    } finally {
      String _ = host.docker().client(List.of("rm", "--force", "dbgt-words-many"));
      String _ = host.docker().client(List.of("rmi", "--force", IMAGE));
    }
  }
}
