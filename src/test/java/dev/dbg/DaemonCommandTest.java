package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of dbgd: what its words mean, and what is printed to which stream. */
class DaemonCommandTest {
  private static final int DBG_FAILED = 125;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String line) {
    return new DaemonCommand(
            Path.of("/nonexistent"),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(line.isEmpty() ? new String[0] : line.split(" "));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "help", "--help", "-h", "help help"})
  void the_usage_has_every_verb(String line) {
    assertEquals(0, run(line));
    assertTrue(out().startsWith("The daemon of dbg"), out());
    assertTrue(out().lines().allMatch(l -> l.length() <= 80), out());
    assertTrue(out().contains("  check       Find mistakes in"), out());
    assertEquals(3, out().split("\nUsage:", -1)[0].lines().filter(l -> l.startsWith("  ")).count());
    for (String verb :
        new String[] {
          "serve", "deliver", "kube", "check", "test", "suggest", "setup-keys", "verify"
        }) {
      assertTrue(out().lines().anyMatch(l -> l.startsWith("  " + verb + " ")), out());
    }
    assertEquals("", err());
  }

  @ParameterizedTest
  @CsvSource({
    "serve --help, dbgd [serve] --config FILE",
    "serve -h, dbgd [serve] --config FILE",
    "--config x --help, dbgd [serve] --config FILE",
    "help serve, dbgd [serve] --config FILE",
    "deliver --help, dbgd deliver --config FILE",
    "kube --help, dbgd kube --config FILE",
    "check --help, dbgd check [--config FILE] [PATH]",
    "help suggest, dbgd suggest [--since TIME]",
    "help test, dbgd test [--config FILE] FILE",
    "setup-keys --help, dbgd setup-keys --config FILE",
    "verify /x --help, dbgd verify DIR... [--key FILE] [--heads FILE] [--head [NUMBER:]HASH]",
  })
  void each_verb_has_its_usage(String line, String synopsis) {
    assertEquals(0, run(line));
    assertTrue(out().startsWith("  dbgd "), out());
    assertTrue(out().contains("\n\nUsage: " + synopsis), out());
    assertTrue(out().lines().allMatch(l -> l.length() <= 80), out());
    assertEquals("", err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version"})
  void the_version_is_printed(String line) {
    assertEquals(0, run(line));
    assertTrue(out().matches("dbgd .+\n"), out());
  }

  @Test
  void a_terminal_obeys_no_message() {
    assertEquals(DBG_FAILED, run("verify /nonexistent\u001b[2J"));
    assertEquals("dbgd: verify: the log cannot be read: there is no /nonexistent\\x1b[2J\n", err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "serve~dbgd: Missing required option: '--config=FILE': dbgd [serve] --config FILE",
        "--trace x~dbgd: Missing required option: '--config=FILE': dbgd [serve] --config FILE",
        "--config x check~dbgd: 'check' follows an option: put the verb first: dbgd [serve]",
        "serv --config x~dbgd: 'serv' is not a verb: see dbgd --help",
        "help serv~dbgd: 'serv' is not a verb: see dbgd --help",
        "serve --config /nonexistent/x~dbgd: cannot start: ",
        "--config /nonexistent/x~dbgd: cannot start: ",
        "--config /nonexistent/x serve~dbgd: cannot start: ",
        "--config /nonexistent/x serve more~dbgd: Unmatched argument at index 3: 'more': dbgd",
        "deliver~dbgd: deliver: Missing required option: '--config=FILE': dbgd deliver --config FILE",
        "deliver --config /nonexistent/x~dbgd: deliver: cannot start: ",
        "setup-keys --config /nonexistent/x~dbgd: setup-keys: no keys are made: ",
        "check a b~dbgd: check: Unmatched argument at index 1: 'b': dbgd check [--config FILE] [PATH]",
        "check --conf x~dbgd: check: Unknown option: '--conf'",
        "check @/etc/shadow x~dbgd: check: Unmatched argument",
        "check --config /nonexistent/x~dbgd: check: cannot read the files: ",
        "check ${sys:user.name} /nonexistent~dbgd: check: Unmatched argument",
        "test~dbgd: test: Missing required parameter: 'FILE': dbgd test [--config FILE] FILE",
        "verify~dbgd: verify: Missing required parameter: 'DIR': dbgd verify DIR",
        "verify /nonexistent~dbgd: verify: the log cannot be read: there is no /nonexistent",
        "verify /nonexistent --head x~dbgd: verify: 'x' is not a head",
      })
  void what_means_nothing_or_fails_is_one_line(String line, String message) {
    assertEquals(DBG_FAILED, run(line));
    assertTrue(err().startsWith(message), err());
    assertEquals(1, err().lines().count(), err());
    assertFalse(err().contains("root:"), err());
    assertEquals("", out());
  }
}
