package dev.dbg.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.Host;
import dev.dbg.nativetests.scene.Ran;
import dev.dbg.nativetests.scene.Traces;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dbg doctor} on a host that lacks nothing; {@link UnfitHostTest} has the other hosts. */
@Tag("native")
final class DoctorTest {
  private static final int SOMETHING_FAILS = 1;

  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["pid://*"]
      namespaces = ["net"]
      tools = ["look"]

      [[rule]]
      who = ["user:root"]
      containers = ["pid://*"]
      namespaces = ["net"]
      tools = ["attempt"]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY);

  @BeforeEach
  void load() {
    host.writePolicy(POLICY);
    assertEquals("load", host.reloads().text("/action"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"doctor", "doctor --json"})
  void a_fit_host_is_found_well_and_an_operator_is_told_of_their_own_tools_only(String verb) {
    String ann = host.ann().runs(verb).exits(0).out();
    String root = host.root().runs(verb).exits(0).out();

    for (String said : List.of("look", "CAP_SYS_ADMIN", "open_tree", "time")) {
      assertTrue(ann.contains(said), ann);
      assertTrue(root.contains(said), root);
    }
    for (String said : List.of("attempt", "2 rules", "docker at ")) {
      assertFalse(ann.contains(said), ann);
      assertTrue(root.contains(said), root);
    }
  }

  @Test
  void the_doctor_says_that_the_policys_files_would_not_be_taken() {
    host.writePolicy("[[rule]]\nwho = 7\n");

    Ran doctor = host.root().runs("doctor").exits(SOMETHING_FAILS);

    String place = host.policyFile() + ":2:1: 'who' must be a list of strings";
    assertTrue(
        doctor.lines().stream()
            .anyMatch(said -> said.startsWith("FAILS     policy ") && said.contains(place)),
        doctor::toString);
    assertFalse(host.ann().runs("doctor").out().contains("policy"));
  }

  /** No host has every tool of the catalogue. */
  @Test
  void a_tool_that_is_not_installed_is_no_fault_until_a_rule_names_it() throws IOException {
    host.writeTool("missing", host.directory().resolve("missing"), "package = \"missing-tools\"");
    assertEquals("load", host.reloads().text("/action"));

    Ran doctor = host.root().runs("doctor").exits(0);

    assertTrue(
        doctor.lines().stream()
            .anyMatch(
                said ->
                    said.startsWith("absent    tool ")
                        && said.contains("missing (apt install missing-tools)")),
        doctor::toString);

    host.writePolicy(POLICY.replace("\"look\"", "\"look\", \"missing\""));
    assertEquals("load", host.reloads().text("/action"));
    assertTrue(
        host.ann().runs("doctor").exits(SOMETHING_FAILS).out().contains("FAILS     tool missing"));
  }

  @Test
  void the_doctor_leaves_nothing() {
    Ran _ = host.root().runs("doctor").exits(0);
    Traces before = Traces.of(host);

    for (int i = 0; i < 3; i++) {
      Ran _ = host.root().runs("doctor").exits(0);
    }

    before.areNoMoreAt(host);
  }
}
