package dev.dbg.tools.argument;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dbg.SmallStack;
import dev.dbg.tools.Shipped;
import dev.dbg.tools.Table;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which parts of a command line may be shown and recorded. */
class RedactionTest {
  private static final ArgumentGrammar CURL =
      Shipped.catalogue().tool("curl").orElseThrow().arguments();
  private static final ArgumentGrammar PING =
      Shipped.catalogue().tool("ping").orElseThrow().arguments();

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "-H Authorization:SECRET http://h/~-H *** http://h/",
        "-HAuthorization:SECRET http://h/~-H*** http://h/",
        "-sHAuthorization:SECRET http://h/~-sH*** http://h/",
        "--header=A:SECRET http://h/~--header=*** http://h/",
        "--header A:SECRET http://h/~--header *** http://h/",
        "-u ann:SECRET http://h/~-u *** http://h/",
        "http://ann:SECRET@h/x~http://***@h/x",
        "http://ann:SEC#RET@h/~***",
        "http://ann:SECRET@h/ https://SECRET@g/~http://***@h/ https://***@g/",
        // A word that is not understood may be a misspelt secret option.
        "--headr A:SECRET http://h/~--headr *** ***",
        "--headr=A:SECRET http://h/~--headr=*** ***",
        "--head A:SECRET~--head ***",
        "-jHA:SECRET http://h/~-j*** ***",
        "-s -d SECRET http://h/~-s -d *** ***",
        "-H @SECRET http://h/~-H *** ***",
        "-H~-H",
        "-X POST http://h/~-X POST ***",
        "-m -HA:SECRET http://h/~-m *** ***",
        "ann:SECRET@h~***@h",
        "-- ann:SECRET@h~-- ***@h",
        // What is no secret is shown, although the line is refused.
        "localhost:3000/{a}~localhost:3000/{a}",
        "-s ftp://h/x~-s ftp://h/x",
        "-s ftp://ann:SECRET@h/x~-s ***",
        "-i ann:SECRET~-i ***",
        "-i ann:SECRET/x~-i ***",
        "-i SECRET:1234x~-i ***",
        "-i A:SECRET/x?y~-i ***",
      })
  void a_secret_is_hidden_however_it_is_written(String typed, String shown) {
    assertEquals(Table.words(shown), CURL.shown(Table.words(typed)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "-f h~-f h",
        "-c SECRET h~-c SECRET h",
        "http://ann:SECRET@h/~http://***@h/",
        "http://ann:SEC#RET@h/~http://***@h/",
        "http://ann:SEC?RET@h/~http://***@h/",
        "http://ann:1#SE?CRET@h:80/x@y~http://ann:1#SE?CRET@h:80/x@y",
        "http://ann:SEC@RET@h/x@y~http://***@h/x@y",
        "ann:SEC@RET@h/~***@h/",
        // The host is where it ends, whatever follows.
        "http://evil#@h/~http://evil#@h/",
        "http://evil:80#@h/~http://evil:80#@h/",
        "http://evil:80?@h/~http://evil:80?@h/",
        "http://evil/x:y#@h/~http://evil/x:y#@h/",
        "http://[::1]:80/x@y~http://[::1]:80/x@y",
        "http://[::1]#x@y~http://[::1]#x@y",
        "http://ann:SECRET@evil#x@h/~http://***@evil#x@h/",
      })
  void where_there_is_no_secret_a_refused_line_is_shown_as_typed(String typed, String shown) {
    assertEquals(Table.words(shown), PING.shown(Table.words(typed)));
  }

  /** Or a line could hide behind an {@code @} what it does. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "curl~http://127.0.0.1:8080/api?a=//&action=delete&user=bob&z=@",
        "curl~http://h/?u=http://delete@g/",
        "curl~h/a=x://delete@",
        "cat~/var/vmail//ceo@corp.example/cur/1",
        "cat~1:secret@h",
        "cat~a=b://secret@h",
        "grep~password|x:@ /srv",
        "grep~a://|password@h /srv",
        "grep~a://x:|password|y@h /srv",
        "curl~-e http://h:80?delete@ http://h/",
        "grep~x /srv//secret@h",
        "curl~-A x:delete@h http://h/",
      })
  void a_line_that_is_understood_hides_nothing_but_the_user_part_of_a_url(String tool, String line)
      throws Exception {
    ArgumentGrammar grammar = Shipped.catalogue().tool(tool).orElseThrow().arguments();
    ParsedArguments reading = grammar.read(Table.words(line));
    assertEquals(reading.canonical(), reading.shown());
    assertEquals(Table.words(line), grammar.shown(Table.words(line)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "ann:SECRET@h:80/x@y~***@h:80/x@y",
        "SECRET@h~***@h",
        "-e http://ann:SECRET@h/ http://g/~-e http://***@h/ http://g/",
        "-e http://ann:SEC@RET@h/ http://g/~-e http://***@h/ http://g/",
        "-e http://ann:SEC#RET?@h/ http://g/~-e http://***@h/ http://g/",
        "-e jdbc:x://ann:SECRET@h/ http://g/~-e jdbc:x://***@h/ http://g/",
        "-A x=http://ann:SECRET@h/ http://g/~-A x=http://***@h/ http://g/",
      })
  void the_user_part_of_a_url_is_hidden_in_a_line_that_is_understood(String typed, String shown)
      throws Exception {
    assertEquals(Table.words(shown), CURL.shown(Table.words(typed)));
    assertFalse(CURL.read(Table.words(typed)).shown().toString().contains("SECRET"));
  }

  @Test
  void what_is_run_is_shown_without_the_secret_too() throws Exception {
    ParsedArguments reading = CURL.read(List.of("-H", "A: SECRET", "http://ann:SECRET@h/"));
    assertFalse(reading.shown().toString().contains("SECRET"), reading.shown().toString());
    assertEquals(
        List.of("-H", "***", "http://***@h/"),
        reading.shown().subList(CURL.always().size(), reading.shown().size()));
  }

  /** A secret anywhere in a curl command line appears in no message and no record. */
  @Test
  @Tag("whole")
  void no_line_shows_what_follows_a_secret_option() {
    Random random = new Random(5);
    List<String> pieces =
        List.of(
            "-s",
            "-H",
            "A: SECRET",
            "--header=A:SECRET",
            "-uSECRET",
            "-u",
            "a:SECRET",
            "-x",
            "--",
            "http://a:SECRET@h/",
            "http://h/",
            "-m",
            "5",
            "--max",
            "-X",
            "GET",
            "-sIu");
    int refused = 0;
    for (int i = 0; i < 50_000; i++) {
      List<String> typed = new ArrayList<>();
      for (int n = random.nextInt(7); n > 0; n--) {
        typed.add(pieces.get(random.nextInt(pieces.size())));
      }
      if (bareSecret(typed)) {
        continue;
      }
      assertFalse(CURL.shown(typed).toString().contains("SECRET"), typed::toString);
      try {
        assertFalse(CURL.read(typed).shown().toString().contains("SECRET"), typed::toString);
      } catch (ArgumentMistake e) {
        refused++;
        assertFalse(e.message().contains("SECRET"), () -> typed + ": " + e.message());
      }
    }
    assertFalse(refused == 0);
  }

  /** A secret that does not follow an option is an operand like any other. */
  private static boolean bareSecret(List<String> typed) {
    for (int i = 0; i < typed.size(); i++) {
      boolean isValue = List.of("A: SECRET", "a:SECRET").contains(typed.get(i));
      if (isValue && (i == 0 || !List.of("-H", "-u", "-sIu").contains(typed.get(i - 1)))) {
        return true;
      }
    }
    int end = typed.indexOf("--");
    return end >= 0 && typed.subList(end, typed.size()).toString().contains("SECRET");
  }

  @Test
  void a_refusal_names_the_place_and_not_the_secret() {
    assertEquals(
        "argument 3, '***': -H takes NAME: VALUE, where NAME changes neither a request's end nor"
            + " its method, as Content-Length does",
        assertThrows(ArgumentMistake.class, () -> CURL.read(List.of("-s", "-H", "@SECRET")))
            .message());
  }

  /** A word may take a packet, and a session's thread has half a megabyte of stack. */
  @Test
  void no_word_is_so_long_that_it_takes_the_stack() throws Exception {
    SmallStack.runs(
        () -> {
          for (String part : List.of("a:", "a=", "/.", "a://", "@", "//", "a.")) {
            String word = part.repeat(30_000);
            String _ = Redaction.withoutPasswords(word);
            String _ = Redaction.ofValue(word, Set.of(ValueType.Named.TEXT));
            String _ = Redaction.ofValue(word, Set.of(ValueType.Named.PATH));
          }
        });
  }
}
