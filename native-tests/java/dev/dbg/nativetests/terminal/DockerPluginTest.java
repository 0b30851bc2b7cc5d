package dev.dbg.nativetests.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docker dbg LINE}, typed into Docker's own command. */
@Tag("native")
@Tag("whole")
final class DockerPluginTest {
  private static final int REFUSED = 125;

  /** What follows a tab is a description to Docker's scripts, which a shell expands. */
  private static final List<String> HOSTILE =
      List.of("x$(touch pwned);touch pwned", "x\t$(touch pwned)", "x\t`touch pwned`");

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  /** Docker's own directory of a user's settings, with the plugin. */
  private static Path settings;

  @BeforeAll
  static void start() throws IOException {
    settings = host.directory().resolve("docker");
    Path plugins = Files.createDirectories(settings.resolve("cli-plugins"));
    Path shared = host.installed().client().resolve("../../share/dbg").normalize();
    Files.createSymbolicLink(plugins.resolve("docker-dbg"), shared.resolve("docker-dbg"));
    Path data = Files.createDirectory(host.directory().resolve("plugin-data"));
    Files.createFile(data.resolve("conf.yaml"));
    for (String name : HOSTILE) {
      Files.createFile(data.resolve(name));
    }
    host.docker().starts("dbgt-plugged", "--volume", data + ":/data:ro");
  }

  private static Ran docker(String words) {
    return host.ann()
        .runsScript(
            "export DOCKER_CONFIG=%s PATH=${DBG%%/dbg}:$PATH; %s".formatted(settings, words));
  }

  @Test
  void it_is_what_dbg_is_with_its_exit_status_and_its_streams_apart() {
    docker("docker dbg dbgt-plugged uts,net -- act exit 7").exits(7);
    docker("docker dbg dbgt-plugged net -- ss -tlnH")
        .exits(0)
        .prints(host.ann().runs("dbgt-plugged net -- ss -tlnH").exits(0).out())
        .isRecorded();
    docker("printf there | docker dbg dbgt-plugged net -- act copy").exits(0).prints("there");
    docker("docker dbg dbgt-plugged net -- curl").exits(126).prints("");
    assertTrue(docker("docker --debug dbg --help").exits(0).out().contains("see what listens"));
    assertTrue(docker("docker help dbg").exits(0).out().contains("see what listens"));
  }

  /** A container of the same name may run here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker --host ssh://elsewhere dbg",
        "DOCKER_HOST=tcp://192.0.2.1:2376 docker dbg",
        "docker context create far --docker host=ssh://far && docker --context far dbg",
        "docker context create used --docker host=ssh://used && docker context use used"
            + " && docker dbg",
        "docker --host unix:///run/of-another-engine.sock dbg",
        "export XDG_RUNTIME_DIR=/run/own; docker --host unix:///run/own/docker.sock dbg",
      })
  void where_dockers_command_talks_with_another_engine_it_is_refused(String command) {
    Path own = host.directory().resolve("ann");
    Ran ran =
        docker(
            "own=$(mktemp -d); cp -R %s/. $own; export DOCKER_CONFIG=$own; { %s dbgt-plugged net -- ss -tlnH; }"
                .formatted(settings, command));
    assertFalse(Files.exists(own));
    ran.exits(REFUSED).says("Docker's command talks with ", ": type dbg ");
    assertFalse(ran.out().contains("LISTEN"), ran::toString);
  }

  @Test
  void where_dbg_asks_another_host_it_is_refused_and_that_host_says_nothing() {
    docker("DBG_HOST=ssh://dbgt.invalid docker dbg dbgt-plugged net -- ss -tlnH")
        .exits(REFUSED)
        .prints("")
        .says("DBG_HOST names another one");
    assertTrue(
        docker(
                "DBG_HOST=ssh://dbgt.invalid $DOCKER_CONFIG/cli-plugins/docker-dbg docker-cli-plugin-metadata")
            .exits(0)
            .out()
            .matches("\\{.*\"Version\": \"[0-9][^\"]*\", .*}\n"));
  }

  @Test
  void on_tab_it_offers_containers_tools_and_the_containers_files() {
    assertEquals(List.of("dbgt-plugged", ":4"), offered("docker __complete dbg dbgt-plugg"));
    assertTrue(offered("docker __complete dbg dbgt-plugged net -- s").contains("ss"));
    assertEquals(
        List.of("/data/conf.yaml", ":4"),
        offered("docker __complete dbg dbgt-plugged mnt -- cat /data/"));
    assertEquals(List.of(":4"), offered("DOCKER_HOST=ssh://far docker __complete dbg dbgt-plugg"));
  }

  /** The candidates of Debian's script for a line whose words these are, one a line. */
  private static List<String> inserted(String words) {
    String script =
        """
        shopt -s extglob
        . /usr/share/bash-completion/completions/docker
        _filedir() { COMPREPLY=(a-file-of-this-host); }
        words=(%s)
        cur=${words[-1]}
        cd "$(mktemp -d)"
        __docker_complete_plugin "$DOCKER_CONFIG/cli-plugins/docker-dbg"
        printf '%%s\\n' "${COMPREPLY[@]}"
        ls
        """
            .formatted(words);
    return docker("bash -c '" + script.replace("'", "'\\''") + "'")
        .exits(0)
        .out()
        .lines()
        .filter(line -> !line.isEmpty())
        .toList();
  }

  @Test
  void debians_completion_runs_no_name_and_offers_no_host_file() {
    for (String docker : List.of("docker", "docker -D")) {
      String line = docker + " dbg dbgt-plugged mnt -- cat /data/";
      assertEquals(List.of("/data/conf.yaml"), inserted(line), docker);
      assertEquals(List.of(), inserted(line + "x"), docker);
    }
    assertEquals(List.of("dbgt-plugged"), inserted("docker dbg dbgt-plugg"));
    assertEquals(List.of(), inserted("docker dbg there-is-none"));
    assertEquals(List.of(), inserted("docker --context far dbg dbgt-plugg"));
  }

  private static List<String> offered(String command) {
    return docker(command).exits(0).out().lines().toList();
  }
}
