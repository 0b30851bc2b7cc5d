package dev.dbg.nativetests.remote;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.Sshd;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.user.Operator;
import dev.dbg.nativetests.scene.words.Packet;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Neither side of a line for another host trusts the other: a host that lies gets nothing of the
 * operator's, and a key that may only run {@code dbg stdio} gets dbg and no more.
 */
@ResourceLock(Sshd.LOGINS)
@Tag("native")
@Tag("whole")
final class StrangersTest {
  private static final String GREETING = "dbg-stdio 1 3 0.1.0\n";

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @BeforeAll
  static void start() {
    var _ = host.docker().starts("dbgt-strange", "--hostname=strange");
  }

  /** A program that prints these bytes, reads what comes, and ends when its input does. */
  private static String liar(byte[] bytes, String then) {
    Path said = World.get().file("said");
    Path program = World.get().file("liar");
    try {
      Files.write(said, bytes);
      Machine.writesProgram(program, "#!/bin/sh\ncat %s\n%s\n".formatted(said, then));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return program.toString();
  }

  private static byte[] bytes(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      byte[] all =
          part instanceof byte[] given
              ? given
              : part.toString().getBytes(StandardCharsets.ISO_8859_1);
      out.writeBytes(all);
    }
    return out.toByteArray();
  }

  private static byte[] frame(int type, byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(type);
      out.writeInt(body.length);
      out.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Bytes of a stream, more than there is room for. */
  private static byte[] much(int type) {
    return Stream.generate(() -> frame(type, new byte[65536]))
        .limit(40)
        .reduce(new byte[0], (all, one) -> bytes(all, one));
  }

  private static byte[] packet(int type, String body) {
    return frame(1, bytes("" + (char) type + (char) 3 + body));
  }

  private static Ran seen(Operator operator, byte[] said, String then, String line) {
    try (Sshd sshd = Sshd.obeying(host, host.cal(), liar(said, then))) {
      return operator.runsScript(sshd.line(line));
    }
  }

  private static Ran seen(byte[] said) {
    return seen(host.cal(), said, "cat >/dev/null", "web uts -- hostname");
  }

  @Test
  void a_banner_or_another_version_is_told() {
    seen(bytes("Welcome \u001b[31mto this host!\n"))
        .exits(DBG_FAILED)
        .says(
            "'Welcome ?[31mto this host!' came where the greeting of dbg was expected", ".bashrc");
    seen(bytes("dbg-stdio 1 4 9.9\n"))
        .exits(DBG_FAILED)
        .says("there is dbg 9.9", "install the same");
    seen(bytes("dbg-stdio 2 3 9.9\n")).exits(DBG_FAILED).says("there is dbg 9.9");
  }

  @Test
  void a_host_without_dbg_and_one_that_says_nothing_are_told() {
    seen(host.cal(), bytes(""), "exit 127", "ps").exits(DBG_FAILED).says("is dbg installed there");
    seen(host.cal(), bytes(""), "exit 0", "ps").exits(DBG_FAILED).says("no dbg stdio answered");
    seen(host.cal(), bytes(GREETING), "exit 0", "ps").exits(DBG_FAILED).says("ended before dbgd");
  }

  @Test
  void a_malformed_frame_ends_the_command() {
    List<byte[]> lies =
        List.of(
            bytes(new byte[] {1, 0, 1, 0, 1}),
            bytes(new byte[] {1, -1, -1, -1, -1}),
            frame(0x11, bytes("streams that were not opened")),
            frame(0x50, bytes("")),
            frame(3, bytes("")),
            frame(1, bytes("")),
            packet(0x7f, ""),
            packet(0x01, ""),
            packet(0x83, "xx"),
            packet(0x84, "\0\0\0\0"),
            packet(0x84, "\0\0\0\u0013"),
            packet(0x85, ""),
            packet(0x86, "\u00ff"),
            bytes(packet(0x86, "\u0007"), packet(0x86, "\u0007")),
            bytes(packet(0x86, "\u0007"), frame(0x10, bytes("what the tool would read"))),
            bytes(packet(0x86, "\u0007"), frame(0x20, new byte[] {-1, -1, -1, -1})),
            bytes(
                packet(0x86, "\u0006"),
                much(0x12),
                frame(0x12, bytes("")),
                frame(0x12, bytes("x"))));
    for (byte[] lie : lies) {
      Ran ran = seen(bytes(GREETING, lie));
      ran.exits(DBG_FAILED);
      assertTrue(ran.err().contains("which dbg does not obey"), ran::toString);
    }
  }

  private static Ran seenTwice(Operator operator, byte[] said, String line) {
    try (Sshd sshd = Sshd.obeying(host, host.cal(), liar(said, "cat >/dev/null"))) {
      return operator.runsScript(sshd.onIt() + "DBG_HOST=$DBG_HOST,$DBG_HOST exec $DBG " + line);
    }
  }

  /** As one of several hosts. */
  @Test
  void a_host_speaks_in_no_other_s_name() {
    List<String> lies =
        List.of(
            "{},\"host\":\"web2\",\"said\":{}",
            "{}}",
            "{\"a\":{}",
            "{\"a\":1,}",
            "{\"a\":01}",
            "{\"a\":\"\t\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\u12\"}",
            "{a:1}",
            "[1]",
            "\"a\"",
            "{} {}",
            "{\"a\":[}]}",
            "{\"a\":\"\u007f\"}",
            "{\"a\":\"\u009b\"}",
            "{\"a\":\"\u00c2\u009b\"}",
            "{\"a\":".repeat(40) + "1" + "}".repeat(40));
    for (String lie : lies) {
      byte[] said = bytes(GREETING, packet(0x81, lie + "\n"), packet(0x83, "\0\0\0\0"));
      Ran ran = seenTwice(host.cal(), said, "ps --json").exits(DBG_FAILED).prints("");
      ran.says("what this host sent is not JSON:", "ended with status 125", "0 of 2 ended");
    }
    String object = "{\"host\":\"web2\",\"a\":[{},[],-0.5e+7,0,true,false,null,\"\\u00e4\\\"}\"]}";
    byte[] said = bytes(GREETING, packet(0x81, object + "\n"), packet(0x83, "\0\0\0\0"));
    for (String line : seenTwice(host.cal(), said, "ps --json").exits(0).lines()) {
      assertTrue(line.startsWith("{\"host\":\"dbgt-cal@127.0.0.1:"), line);
      assertTrue(line.endsWith("\",\"said\":" + object + "}"), line);
    }
    byte[] row = bytes(GREETING, packet(0x81, "a row\n"), packet(0x83, "\0\0\0\0"));
    List<String> rows = seenTwice(host.cal(), row, "audit").exits(0).lines();
    assertTrue(rows.getFirst().matches("HOST +\\| TIME +STATUS .*"), rows::toString);
    assertEquals(3, rows.size(), rows::toString);
    assertTrue(rows.get(1).endsWith(" | a row") && rows.get(2).endsWith(" | a row"));
    byte[] drawn =
        bytes(
            GREETING,
            packet(0x81, "\u001b]0;owned\u0007a\rweb2 | forged\n"),
            packet(0x82, "\u001b[2Jb\n"),
            packet(0x83, "\0\0\0\0"));
    Ran ran = seenTwice(host.cal().atTerminal(), drawn, "ps").exits(0);
    assertFalse(ran.out().contains("\u001b]"), ran::toString);
    assertFalse(ran.out().contains("\u001b[2J"), ran::toString);
    assertTrue(ran.out().contains("a^Mweb2 | forged"), ran::toString);
  }

  /** The packets that say: print everything, print. */
  private static byte[] takesTheTerminal() {
    return bytes(
        GREETING,
        packet(0x87, ""),
        packet(0x82, "\u001b]0;owned\u0007"),
        packet(0x81, "\u001b]52;c;b3duZWQ=\u0007\u001b[H\u001b[31mred\u001b[m\n"),
        packet(0x83, "\0\0\0\0"));
  }

  @Test
  void a_terminal_obeys_nothing_unless_it_was_asked_for() {
    Operator cal = host.cal().atTerminal();
    String titled = "echo '\u001b]2;x\u0007' >&2; cat";
    for (String line : List.of("ps", "web uts -- hostname", "audit", "sessions", "shell web")) {
      for (int wish : List.of(0x87, 0x89)) {
        byte[] draws =
            bytes(GREETING, packet(wish, ""), packet(0x81, "\u001b[H\u001b[2Jweb2: all is well\n"));
        Ran ran = seen(cal, draws, titled, line).exits(DBG_FAILED);
        assertTrue(ran.out().contains("a drawing for a line without -t"), ran::toString);
        assertFalse(ran.out().contains("\u001b[H") || ran.out().contains("\u001b]"), ran::toString);
      }
    }
    Ran drawn = seen(cal, takesTheTerminal(), titled, "web -- top");
    assertTrue(drawn.out().contains("\u001b[H\u001b[31mred"), drawn::toString);
    assertFalse(drawn.out().contains("\u001b]"), drawn::toString);
    Ran asked = seen(cal, takesTheTerminal(), "cat", "-t web uts -- hostname");
    assertTrue(asked.out().contains("\u001b]"), asked::toString);
  }

  /** As {@code while read h; do dbg -H ssh://$h ps; done < hosts}. */
  @Test
  void a_host_gets_no_terminal_and_no_input_of_a_line_that_has_none() {
    for (String line : List.of("ps", "logs -t web", "explain -t web -- top")) {
      for (byte[] wish : List.of(packet(0x85, ""), packet(0x86, "\u0001"))) {
        seen(host.cal(), bytes(GREETING, wish), "cat", line)
            .exits(DBG_FAILED)
            .says("which dbg does not obey");
      }
    }
  }

  @Test
  void a_host_that_reads_nothing_does_not_keep_an_operator() {
    String liar = liar(bytes(GREETING, packet(0x86, "\u0007")), "exec sleep 301");
    try (Sshd sshd = Sshd.obeying(host, host.cal(), liar)) {
      // Once the other side is there, and what it does not read has filled up.
      String line =
          "(until pgrep -u $(id -u) -xf 'sleep 301' >&2; do sleep 0.1; done; sleep 2; kill -INT $$) & "
              + sshd.line("web -- cat </dev/zero");
      host.cal().runsScript(line).exits(DBG_FAILED).says("no answer for 15 seconds");
    }
  }

  @Test
  void a_host_s_shell_runs_nothing_here() {
    Path made = World.get().file("made");
    String script = "touch " + made + "\n";
    String words = string(script) + string("bash") + string("-c") + string(". /dev/fd/9");
    for (String line : List.of("shell web", "web uts -- hostname", "shell -c ls web")) {
      Ran ran = seen(host.cal(), bytes(GREETING, packet(0x88, words)), "cat", line);
      ran.exits(DBG_FAILED).says("which dbg does not obey");
      assertFalse(Files.exists(made), line);
    }
  }

  /** As in {@code source <(dbg completion bash)}. */
  @ParameterizedTest
  @CsvSource({"bash,dbg.bash", "zsh,_dbg", "fish,dbg.fish"})
  void a_host_writes_nothing_that_a_shell_here_reads(String shell, String file) throws IOException {
    byte[] said = bytes(GREETING, packet(0x81, "touch made\n"), packet(0x83, "\0\0\0\0"));
    String script =
        Files.readString(
            host.installed()
                .client()
                .resolve("../../share/dbg/completions")
                .resolve(file)
                .normalize());
    String line = "completion " + shell;
    seen(host.cal(), said, "cat >/dev/null", line).exits(0).prints(script);
    seenTwice(host.cal(), said, line).exits(0).prints(script);
    seen(host.cal(), said, "cat >/dev/null", line + "x").exits(DBG_FAILED).prints("");
  }

  @Test
  void candidates_from_a_host_have_no_control_characters() {
    String word = "web\u001b]0;a\u0007\u00c2\u009b\u00e2\u0080\u00ae";
    byte[] said =
        bytes(GREETING, packet(0x81, word + "\t" + word + "\n"), packet(0x83, "\0\0\0\0"));
    String line = "completion --line -- we";
    for (Ran ran :
        List.of(
            seen(host.cal(), said, "cat >/dev/null", line), seenTwice(host.cal(), said, line))) {
      assertTrue(ran.exits(0).out().matches("web[ -~]+\tweb[ -~]+\n"), ran::toString);
    }
  }

  private static String string(String text) {
    return new String(
            new byte[] {0, 0, (byte) (text.length() >> 8), (byte) text.length()},
            StandardCharsets.ISO_8859_1)
        + text;
  }

  @Test
  void a_key_for_dbg_stdio_is_no_key_for_a_shell() throws IOException {
    Path made = World.get().file("made");
    try (Sshd sshd = Sshd.obeying(host, host.ann(), "dbg stdio")) {
      for (String words : List.of("", "id", "touch " + made, "dbg shell web", "'dbg stdio; id'")) {
        Ran ran = host.ann().runsScript(sshd.ssh(words));
        assertTrue(ran.out().startsWith("dbg-stdio 1 3 ") || ran.out().isEmpty(), ran::toString);
        assertFalse(ran.out().contains("uid="), ran::toString);
      }
      var _ =
          host.ann()
              .runsScript(sshd.line("dbgt-strange uts -- hostname"))
              .exits(0)
              .prints("strange\n");
      var _ =
          host.ann()
              .runsScript(sshd.line("shell -c hostname dbgt-strange"))
              .exits(0)
              .prints("strange\n");
    }
    assertFalse(Files.exists(made));
  }

  /** Whatever is sent, it executes nothing and opens nothing but the loader's files. */
  @ParameterizedTest
  @CsvSource({
    "shell dbgt-strange",
    "shell -c id dbgt-strange",
    "--filter sh",
    "stdio",
    "completion bash",
    "forward dbgt-strange 80",
    "--each all uts -- hostname",
    "dbgt-strange uts -- act exit 0",
    "audit replay 1",
    "help",
  })
  void dbg_stdio_executes_and_opens_nothing(String line) throws IOException {
    Path trace = World.get().file("trace");
    Files.createFile(trace);
    Files.setPosixFilePermissions(trace, PosixFilePermissions.fromString("rw-rw-rw-"));
    String command =
        "strace -f -qq -e trace=execve,execveat,openat,open,creat,unlink,rename,socket,connect -o %s %s stdio"
            .formatted(trace, World.get().dbg());
    byte[] request = Packet.request(line.split(" "));
    Running ran = host.ann().atPipe().startsScript("exec " + command);
    var _ =
        ran.types(
            new String(bytes("dbg-H 1 3 0\n", frame(1, request)), StandardCharsets.ISO_8859_1),
            StandardCharsets.ISO_8859_1);
    ran.prints("dbg-stdio 1 3");
    var _ = ran.ends();
    List<String> calls = Files.readAllLines(trace);
    assertEquals(1, calls.stream().filter(call -> call.contains("exec")).count(), calls::toString);
    assertEquals(
        1, calls.stream().filter(call -> call.contains("connect(")).count(), calls::toString);
    assertEquals(
        List.of(),
        calls.stream()
            .filter(
                call -> call.contains("open") || call.contains("unlink") || call.contains("creat"))
            .toList());
  }

  @Test
  void a_malformed_frame_ends_dbg_stdio_and_its_tool() {
    byte[] line = frame(1, Packet.request("dbgt-strange", "uts", "--", "act", "wait"));
    List<byte[]> lies =
        List.of(
            new byte[] {1, 0, 1, 0, 1},
            much(0x10),
            frame(0x20, new byte[] {0, 0, 0, 1}),
            frame(0x11, bytes("what the tool would have printed")),
            frame(0x13, bytes("")),
            frame(0x50, bytes("")),
            frame(2, bytes("")),
            frame(1, bytes("")),
            frame(1, bytes("\u0003\u0003\0")),
            frame(0x21, new byte[] {0, 1, 0, 0}));
    for (byte[] lie : lies) {
      Running stdio = host.ann().atPipe().startsScript("exec $DBG stdio");
      String first = new String(bytes("dbg-H 1 3 0\n", line), StandardCharsets.ISO_8859_1);
      stdio.types(first, StandardCharsets.ISO_8859_1).prints("waiting");
      stdio.endsReading(lie).exits(DBG_FAILED).says("which dbg stdio does not obey");
    }
    Running alone = host.ann().atPipe().startsScript("exec $DBG stdio");
    alone.types("GET / HTTP/1.1\r\n").ends().exits(DBG_FAILED).says("the other end of dbg -H");
  }
}
