package dev.dbg.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the grammar of {@code dbg shell} makes of a line, as a real bash reads it. */
class ShellGrammarTest {
  private static final Path GRAMMAR = Path.of("src/main/dist/share/dbg/grammar.bash");

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** The names of variables that are looked at before a command. */
  private static final Pattern KNOWING =
      Pattern.compile("__dbg_know(( [A-Za-z_][A-Za-z0-9_]*(:number)?)| [?])+ &&");

  /** All that bash may find outside of quotes. */
  private static final Pattern KNOWN =
      Pattern.compile(
          "__dbg_\\w+|v_\\w+|if|then|elif|else|fi|for|in|do|done|while|until|case|esac|time|builtin|exit"
              + "|return|break|continue|shift|local|dev|null|RANDOM|SECONDS|LC_[A-Z]+|TZ|LANG|IFS");

  private static String read(String lines) throws IOException {
    Process process =
        new ProcessBuilder(
                "bash",
                "--norc",
                "-c",
                "declare -A __dbg_aliases=(); . "
                    + GRAMMAR
                    + "; while IFS= read -r line; do __g_read \"$line\"; printf '%s\\1%s\\2' $? \"$__g_code\"; done")
            .redirectErrorStream(true)
            .start();
    try (var out = process.getOutputStream()) {
      out.write((lines + "\n").getBytes(StandardCharsets.UTF_8));
    }
    try (var in = process.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat << E",
        "[[ a =~ b ]]",
        "for ((i = 0; i < 3; i++)); do ls; done",
        "exec 3<>/dev/tcp/localhost/22",
        "select x in a b; do ls; done",
        "coproc ls",
        "function f { ls; }",
        "ls >(cat)",
        "ls 9>&1",
        "echo ${!x}",
        "echo ${x@P}",
        "echo ${x:a[0]}",
        "echo $((a[0]))",
        "echo $((`ls`))",
        "|| ls",
        "( )",
        "if; then ls; fi",
        "break x",
        "declare -n x=y",
        "echo ${x:=$(cat y)} $((x))",
        "echo \"${x:-$'$(id)'}\"",
      })
  void text_outside_of_the_grammar_is_refused(String line) throws IOException {
    assertEquals("1\1\2", read(line), line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo 'a", "echo \"a", "if ls", "echo $(ls", "for i in a; do", "ls |"})
  void what_goes_on_is_waited_for(String line) throws IOException {
    assertEquals("2\1\2", read(line), line);
  }

  @Test
  @Tag("whole")
  void no_text_for_bash_has_a_word_that_is_not_quoted() throws IOException {
    List<String> lines =
        Files.readAllLines(Path.of("native-tests/shell/lines")).stream()
            // The host's variables have their own names, behind here.
            .filter(line -> line.charAt(0) != 'h')
            .map(line -> line.substring(1))
            // A sequence and a pattern of case are not quoted.
            .filter(line -> !line.contains("..") && !line.contains("case "))
            .toList();
    String[] read = read(String.join("\n", lines)).split("\2", -1);
    int understood = 0;
    for (int i = 0; i < lines.size(); i++) {
      String[] parts = read[i].split("\1", -1);
      if (parts[0].equals("0")) {
        understood++;
        WORD.matcher(unquoted(KNOWING.matcher(parts[1]).replaceAll("")))
            .results()
            .map(found -> found.group())
            .filter(word -> !KNOWN.matcher(word).matches())
            .forEach(word -> assertEquals("", word, parts[1]));
      }
    }
    assertTrue(understood > 400, understood + " of " + lines.size());
  }

  /** The text without what is in quotes; an expansion in them is not in quotes. */
  private static String unquoted(String text) {
    StringBuilder rest = new StringBuilder();
    Deque<Character> ends = new ArrayDeque<>(List.of('\0'));
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean quoted = ends.element() == '"';
      if (text.startsWith("$'", i) && !quoted) {
        for (i += 2; text.charAt(i) != '\''; i++) {
          i += text.charAt(i) == '\\' ? 1 : 0;
        }
      } else if (c == ends.element()) {
        char _ = ends.remove();
      } else if (c == '\\') {
        i++;
      } else if (c == '"') {
        ends.push('"');
      } else if (c == '(' && (!quoted || text.charAt(i - 1) == '$')) {
        ends.push(')');
      } else if (c == '{' && i > 0 && text.charAt(i - 1) == '$') {
        ends.push('}');
      } else if (!quoted) {
        rest.append(c);
      }
    }
    return rest.toString();
  }

  @Test
  void only_what_was_typed_is_a_line_or_a_file_of_this_host() throws IOException {
    for (String line : List.of("alias t='cat x'", "alias t='cat \"$x\"'", "watch ls \"a b\"")) {
      assertTrue(read(line).contains("__dbg_as_typed=1 "), line);
    }
    for (String line :
        List.of("alias t=\"cat $x\"", "alias t=$(ls)", "alias t=`ls`", "alias t=*", "watch $x")) {
      assertFalse(read(line).contains("typed"), line);
    }
    assertTrue(read("ls | tee here:$x").contains("\"$__dbg_mark_here\"\"here:\"$"));
    for (String line : List.of("tee $x", "tee \"$x\"", "tee \"${x}here:y\"", "tee $x here")) {
      assertFalse(read(line).contains("__dbg_mark_here"), line);
    }
    // A name with a space in it is one.
    assertTrue(
        read("ls > here:$x")
            .contains(">\"$(__dbg_left=${v_x-${x-}}; __dbg_host_path \"$__dbg_left\")\""));
  }

  @Test
  void a_variable_in_a_calculation_must_be_a_number() throws IOException {
    assertTrue(read("echo $((x + 1))").contains("__dbg_know x:number && "));
    assertTrue(read("((x++))").contains("__dbg_know x:number && "));
  }
}
