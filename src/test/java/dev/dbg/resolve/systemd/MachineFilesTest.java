package dev.dbg.resolve.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records as versions of systemd write them, and as a user who registers a machine would like. */
class MachineFilesTest {
  private static final String BEGIN =
      """
      # This is private data. Do not parse.
      NAME=web
      """;

  private static final String END =
      """
      ROOT=/
      CLASS=container
      LEADER=41
      """;

  @Test
  void up_to_version_257_a_value_is_escaped_and_has_no_quotation_marks() throws IOException {
    Machine machine =
        MachineFiles.machine(BEGIN + "SCOPE=machine-my\\\\x2dbox.scope\nSERVICE=a\\n\n" + END);

    assertEquals("machine-my\\x2dbox.scope", machine.unit());
    assertEquals(41, machine.leader());
    assertTrue(machine.isContainer());
  }

  @Test
  void since_version_258_a_value_with_such_a_character_is_quoted() throws IOException {
    String record = BEGIN + "SCOPE=\"machine-my\\\\x2dbox.scope\"\nROOT=\"/a b\\$\"\nLEADER=41\n";

    Machine machine = MachineFiles.machine(record);

    assertEquals("machine-my\\x2dbox.scope", machine.unit());
    assertEquals("/a b$", machine.root());
  }

  /** A user says which service registers a machine, in as many lines as they like. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SERVICE=\"x\nUID=0\nSCOPE=docker-1.scope\nLEADER=1\ny\"\n",
        "SERVICE=\"x\\\"\nUID=0\nSCOPE=docker-1.scope\nLEADER=1\ny\"\n",
        "SERVICE=x\"a\"\"\nUID=0\nSCOPE=docker-1.scope\nLEADER=1\n\"y\n",
        "SERVICE=x\\\nUID=0\n",
        "SERVICE=\"#\nUID=0\n\"\n",
      })
  void a_line_within_quotation_marks_says_nothing_of_its_own(String service) throws IOException {
    Machine machine =
        MachineFiles.machine(BEGIN + "UID=1000\nSCOPE=session-1.scope\n" + service + END);

    assertTrue(machine.isOfUser());
    assertEquals("session-1.scope", machine.unit());
    assertEquals(41, machine.leader());
    assertFalse(machine.isContainer());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SERVICE=\"x\nUID=0\n",
        "SERVICE='x\nUID=0\n'\n",
        "SERVICE=x\"\n",
        "no key\n",
        "A=1\\",
        "A=1"
      })
  void a_record_of_another_form_is_not_used(String lines) {
    assertThrows(IOException.class, () -> MachineFiles.machine(BEGIN + lines));
  }

  @Test
  void a_long_value_needs_no_stack() throws IOException {
    String much = "\\\\\"x\"".repeat(12_000);

    assertEquals("web", MachineFiles.machine(BEGIN + "SERVICE=" + much + "\n" + END).name());
  }
}
