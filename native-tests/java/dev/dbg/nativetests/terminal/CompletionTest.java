package dev.dbg.nativetests.terminal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The completion of dbg's lines in real shells, on Tab. */
@Tag("native")
@Tag("whole")
final class CompletionTest {
  private static final String HOSTILE = "x$(touch pwned);touch pwned";

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @BeforeAll
  static void start() throws IOException {
    Path data = Files.createDirectory(host.directory().resolve("completion-data"));
    for (String name : List.of("conf.yaml", "a b", HOSTILE)) {
      Files.createFile(data.resolve(name));
    }
    host.docker().starts("dbgt-completed", "--volume", data + ":/data:ro");
    host.docker().starts("other-completed");
  }

  /** The candidates, one a line, for the words of a line as bash splits it. */
  private static Ran bash(String words) {
    return host.ann()
        .runsScript(
            """
            cd "$(mktemp -d)"
            cat >it <<'END'
            dbg() { "$DBG" "$@"; }
            source <(dbg completion bash)
            COMP_WORDS=(dbg %s) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            compopt() { :; }
            _dbg
            printf '%%s\\n' "${COMPREPLY[@]}"
            for word in "${COMPREPLY[@]}"; do eval "set -- $word"; done
            [ ! -e pwned ] || echo pwned
            END
            DBG=$DBG bash it
            """
                .formatted(words));
  }

  @Test
  void bash_completes_containers_that_the_operator_may_see() {
    bash("dbgt-compl").prints("dbgt-completed\n");
    bash("forw").prints("forward\n");
    bash("forward dbgt-compl").prints("dbgt-completed\n");
    bash("other-compl").prints("\n");
  }

  @Test
  void bash_completes_tools_options_and_values() {
    bash("dbgt-completed -- netst").prints("netstat\n");
    bash("dbgt-completed -- ss --fami").prints("--family\n");
    bash("dbgt-completed -- ss --family = vs").prints("vsock\n");
    assertTrue(bash("dbgt-completed -- ss --family =").lines().contains("vsock"));
    assertFalse(bash("dbgt-completed -- ss -").lines().contains("-K"));
  }

  @Test
  void bash_completes_files_of_the_container_and_runs_none_of_their_names() {
    bash("dbgt-completed -- cat /data/con").prints("/data/conf.yaml\n");
    bash("dbgt-completed -- cat /data/a").prints("/data/a\\ b\n");
    host.audit().last("intent").says("/tool/name", "ls").says("/tab", true);
    bash("dbgt-completed -- cat /data/x").prints("/data/x\\$\\(touch\\ pwned\\)\\;touch\\ pwned\n");
  }

  /** A word that is an option's value may be a container's name. */
  @Test
  void files_are_those_of_the_container_that_the_line_is_for() {
    for (String before : List.of("--reason other-completed", "-u 0", "-w /data", "--timeout 5m")) {
      bash(before + " dbgt-completed -- cat /data/con").prints("/data/conf.yaml\n");
      bash("exec " + before + " dbgt-completed -- cat /data/con").prints("/data/conf.yaml\n");
    }
  }

  @Test
  void a_container_that_the_operator_may_not_see_is_refused_on_record() {
    host.ann()
        .runs(List.of("completion", "--line", "--", "other-completed", "--", ""))
        .exits(0)
        .prints("")
        .leaves("denied")
        .says("/target/asked", "other-completed");
  }

  @Test
  void fish_completes_too() {
    Ran ran =
        host.ann()
            .runsScript(
                """
                HOME=$(mktemp -d); export HOME DBG; cd "$HOME"
                fish -c 'function dbg; $DBG $argv; end
                  dbg completion fish | source
                  complete -C "dbg dbgt-completed -- ss --fami"
                  complete -C "dbg dbgt-completed -- cat /data/con"'
                """);
    assertTrue(ran.out().contains("--family"), ran::toString);
    assertTrue(ran.out().contains("/data/conf.yaml"), ran::toString);
    host.audit().last("intent").says("/tool/name", "ls").says("/tab", true);
  }

  /** On Tab it was tried by hand. */
  @Test
  void zsh_can_read_its_script() {
    host.ann()
        .runsScript("\"$DBG\" completion zsh >\"${f=$(mktemp)}\" && zsh -f -n \"$f\"")
        .exits(0)
        .prints("");
  }
}
