package dev.dbg.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Uid;
import dev.dbg.session.ShellId;
import dev.dbg.tools.Shipped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The variables of a shell's script, as a real bash reads them. */
class ShellScriptTest {
  private static final int A_PACKET = 64 * 1024;

  private static ShellScript script(List<String> words) throws Exception {
    List<String> line = new ArrayList<>(List.of("shell"));
    line.addAll(words);
    return new ShellScript(
        ShellId.of(new Uid(1000)),
        (Invocation.Shell) new Grammar().parse(line),
        Shipped.catalogue().all(),
        EnumSet.of(NamespaceKind.NET, NamespaceKind.MNT),
        false);
  }

  private static String bash(String text) throws IOException {
    Process process =
        new ProcessBuilder("bash", "--norc", "-c", text).redirectErrorStream(true).start();
    try (var in = process.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$(echo pwned)",
        "`echo pwned`",
        "a'b",
        "'; echo pwned; '",
        "a\"b",
        "a\\",
        "a b",
        "*",
        "~",
        "!x",
        "a\nb",
        "$HOME",
        "\u001b[2J",
        "ä",
      })
  void every_value_is_only_a_value(String text) throws Exception {
    ShellScript script = script(List.of("--reason", text, "-w", "/" + text, "x" + text));
    String seen = "printf '%s|' \"$__dbg_target\" \"$__dbg_directory\" \"${__dbg_options[@]}\"";
    assertEquals(
        "x%1$s|/%1$s|--reason|%1$s|".formatted(text), bash(script.variables() + seen), text);
  }

  @Test
  void the_options_are_those_of_the_shell() throws Exception {
    ShellScript script =
        script(List.of("-u", "7:8", "--record", "--timeout", "2m", "web", "net,mnt"));
    String seen = "echo \"${__dbg_options[*]} / ${__dbg_selection[*]} / $__dbg_namespaces\"";
    assertEquals(
        "-u 7:8 --timeout 120s --record / net,mnt / net,mnt\n", bash(script.variables() + seen));
  }

  @Test
  void each_tool_has_what_the_script_needs() throws Exception {
    String seen =
        "for t in ls find ss top; do echo \"$t ${__dbg_traits[$t]}\"; done;"
            + " echo ${#__dbg_tools[@]} ${#__dbg_traits[@]}";
    int all = Shipped.catalogue().all().size();
    assertEquals(
        "ls files paths\nfind files paths\nss \ntop \n%d %d\n".formatted(all, all),
        bash(script(List.of("web")).variables() + seen));
  }

  @Test
  void the_whole_catalogue_fits_in_a_packet() throws Exception {
    String text = script(List.of("web")).variables() + scripts();
    assertTrue(text.length() < A_PACKET - 8192, () -> text.length() + " bytes");
  }

  private static String scripts() throws IOException {
    Path share = Path.of("src/main/dist/share/dbg");
    return ShellScript.withoutComments(
        Files.readString(share.resolve("grammar.bash"))
            + Files.readString(share.resolve("shell.bash")));
  }

  @Test
  void a_job_that_ends_while_jobs_are_listed_is_told_of() throws IOException {
    String script = Files.readString(Path.of("src/main/dist/share/dbg/shell.bash"));
    int begin = script.indexOf("__dbg_jobs() {");
    String jobs = script.substring(begin, script.indexOf("# __dbg_wait", begin));
    String ends =
        """
        declare -A __dbg_jobs_typed=() __dbg_jobs_state=()
        __dbg_typed_before=typed
        set -m
        exec 3<> <(:)
        read -r -u 3 & job=$!
        __dbg_jobs
        mapfile() { builtin mapfile "$@"; echo >&3; while kill -0 "$job"; do :; done; }
        __dbg_jobs
        unset -f mapfile
        __dbg_jobs
        """;
    assertEquals(
        "[1]+  Running    typed\n[1]+  Done       typed\n",
        bash(
            "text=$(cat <<'END'\n%sEND\n); setsid bash --norc -i -c \"$text\" 2>/dev/null </dev/null"
                .formatted(jobs + ends)));
  }

  @Test
  void a_number_of_another_user_is_not_taken() {
    ShellId id = ShellId.of(new Uid(1000));
    assertEquals(Optional.of(id), ShellId.claimed(id.text(), new Uid(1000)));
    for (String text :
        List.of("", "1000-", "x", id.text() + "0", id.text().toUpperCase(java.util.Locale.ROOT))) {
      if (!text.equals(id.text())) {
        assertEquals(Optional.empty(), ShellId.claimed(text, new Uid(1000)), text);
      }
    }
    assertEquals(Optional.empty(), ShellId.claimed(id.text(), new Uid(100)));
    assertEquals(Optional.empty(), ShellId.claimed(id.text(), Uid.ROOT));
  }
}
