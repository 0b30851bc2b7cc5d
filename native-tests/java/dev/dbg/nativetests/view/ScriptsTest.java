package dev.dbg.nativetests.view;

import dev.dbg.nativetests.scene.host.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools of the host that are scripts: their interpreter runs them, in a container without one. */
@Tag("native")
@Tag("whole")
final class ScriptsTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-script");
  }

  /** Replaces the tool "attempt" with a script of this text. */
  private static Path script(String text) throws IOException {
    Path program = host.directory().resolve("script");
    Files.writeString(program, text);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    host.config().writeTool("attempt", program, "");
    host.daemon().reloads().says("/action", "load");
    return program;
  }

  @ParameterizedTest
  @ValueSource(strings = {"uts", "pid"})
  void it_runs_by_its_interpreter_with_its_option_and_arguments(String namespaces)
      throws IOException {
    Path _ = script("#!/bin/sh -e\necho \"$# $1 $2 $-\"\nfalse\necho on\n");

    host.ann()
        .runs("dbgt-script " + namespaces + " -- attempt one two")
        .exits(1)
        .prints("2 one two e\n")
        .isRecorded();
  }

  @Test
  void the_record_has_the_hash_of_the_script_and_where_it_is() throws IOException {
    Path program = script("#!/bin/sh\nexit 3\n");

    host.ann()
        .runs("dbgt-script uts -- attempt x")
        .exits(3)
        .leaves("intent")
        .says("/tool/path", program)
        .mentions("/tool/argv_run", "\"attempt\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"uts", "pid"})
  void it_executes_no_other_program_not_even_its_interpreter(String namespaces) throws IOException {
    Path _ = script("#!/bin/sh\nexec \"$1\" -c 'echo in'\n");

    for (String program : new String[] {"/bin/sh", "/usr/bin/sh", "/usr/bin/dash", "/server"}) {
      host.ann()
          .runs("dbgt-script " + namespaces + " -- attempt " + program)
          .prints("")
          .isRecorded();
    }
  }

  /** Perl and Python run what the container has where their own modules are on the host. */
  @ParameterizedTest
  @ValueSource(strings = {"mnt", "mnt,pid"})
  void a_script_is_not_run_with_the_containers_files(String namespaces) throws IOException {
    Path _ = script("#!/bin/sh\necho in\n");

    host.ann()
        .runs("dbgt-script " + namespaces + " -- attempt x")
        .fails(126, "it is a script", "leave out mnt");
  }

  @Test
  void one_that_looks_for_its_interpreter_by_itself_is_told_to_name_it() throws IOException {
    Path program = script("#!/usr/bin/env sh\necho in\n");

    host.ann()
        .runs("dbgt-script uts -- attempt x")
        .fails(
            126,
            program.toString(),
            "/usr/bin/env",
            "must name the interpreter by its absolute path");
  }

  @Test
  void an_interpreter_that_others_can_write_is_not_run() throws IOException {
    Path interpreter = host.directory().resolve("interpreter");
    Files.copy(Path.of("/bin/sh").toRealPath(), interpreter);
    Files.setPosixFilePermissions(interpreter, PosixFilePermissions.fromString("rwxrwxr-x"));
    Path _ = script("#!" + interpreter + "\necho in\n");

    host.ann()
        .runs("dbgt-script uts -- attempt x")
        .fails(126, interpreter.toString(), "can be written by others than root");
  }
}
