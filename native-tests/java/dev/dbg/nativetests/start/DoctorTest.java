package dev.dbg.nativetests.start;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.Traces;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dbg doctor} on a host that lacks nothing; {@link UnfitHostTest} has the other hosts. */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class DoctorTest {
  private static final int SOMETHING_FAILS = 1;

  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["pid://*", "podman://dbgt-*/*"]
      namespaces = ["net"]
      tools = ["look"]

      [[rule]]
      who = ["user:root"]
      containers = ["pid://*"]
      namespaces = ["net"]
      tools = ["attempt"]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY).withUsersEngines();

  /** Its mounts are its own, so that they can be compared while others come and go. */
  @RegisterExtension static final Host apart = Host.with(POLICY).inOwnMounts();

  @BeforeEach
  void load() {
    host.config().writePolicy(POLICY);
    assertEquals("load", host.daemon().reloads().text("/action"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"doctor", "doctor --json"})
  void on_a_fit_host_nothing_fails_and_an_operator_sees_only_their_own_tools(String verb) {
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
  void a_mistake_in_the_policys_files_is_a_failed_check() {
    host.config().writePolicy("[[rule]]\nwho = 7\n");

    Ran doctor = host.root().runs("doctor").exits(SOMETHING_FAILS);

    String place = host.config().policyFile() + ":2:1: 'who' must be a list of strings";
    assertTrue(
        doctor.lines().stream()
            .anyMatch(said -> said.startsWith("FAILS     policy ") && said.contains(place)),
        doctor::toString);
    assertFalse(host.ann().runs("doctor").out().contains("policy"));
  }

  @Test
  void names_in_rules_that_the_host_does_not_know_are_degraded() {
    says(host.root().runs("doctor"), "works", "policy", "users and groups");
    host.config()
        .writePolicy(
            POLICY.replace(
                "\"group:dbgt-ops\"",
                "\"group:dbgt-ops\", \"group:dbgt-opps\", \"group:54321\", \"user:dbgt-an\""));
    assertEquals("load", host.daemon().reloads().text("/action"));

    Ran doctor = host.root().runs("doctor").exits(0);

    says(
        doctor,
        "degraded",
        "users and groups: no such user or group on this host: group:dbgt-opps, user:dbgt-an:");
    assertFalse(host.ann().runs("doctor").out().contains("dbgt-opps"));
  }

  /** No host has every tool of the catalogue. */
  @Test
  void a_tool_that_is_not_installed_is_absent() throws IOException {
    host.config()
        .writeTool("missing", host.directory().resolve("missing"), "package = \"missing-tools\"");
    assertEquals("load", host.daemon().reloads().text("/action"));

    says(host.root().runs("doctor").exits(0), "absent", "missing (package: missing-tools)");

    host.config().writePolicy(POLICY.replace("\"look\"", "\"look\", \"missing\""));
    assertEquals("load", host.daemon().reloads().text("/action"));
    says(host.ann().runs("doctor").exits(0), "absent", "missing (package: missing-tools)");
  }

  @Test
  void rules_that_match_no_container_are_degraded() {
    says(host.root().runs("doctor"), "works", "policy", "containers");
    host.config()
        .writePolicy(
            POLICY
                + """

                [[rule]]
                who = ["user:dbgt-ann"]
                containers = ["dbgt-typo-*"]
                namespaces = ["net"]
                tools = ["look"]
                """);
    assertEquals("load", host.daemon().reloads().text("/action"));

    String place = host.config().policyFile() + ":";
    says(
        host.root().runs("doctor").exits(0),
        "degraded",
        "no container of this host matches the rule at " + place);

    Container found = host.docker().starts("dbgt-typo-less");
    try {
      found.stops();
      says(host.root().runs("doctor").exits(0), "works", "policy", "containers");
    } finally {
      found.isRemoved();
    }
  }

  /** A request may start a user's service, so the doctor makes none: it tells what sessions saw. */
  @Test
  void users_engines_are_listed_for_root_with_the_reason_why_one_is_not_asked() {
    try (HostUser una = HostUser.called("dbgt-una");
        HostUser mal = HostUser.called("dbgt-mal");
        HostUser ulf = HostUser.called("dbgt-ulf")) {
      for (HostUser user : List.of(una, mal)) {
        user.podman().starts("dbgt-doctored");
        user.podman().startsService();
      }
      mal.podman().serviceGets("STOP");
      // His files are elsewhere.
      ulf.serves(ulf.runtime("podman/podman.sock"), "hang");
      Ran before = host.root().runs("doctor").exits(0);
      says(before, "works", "podman of dbgt-una", "containers in its state on the disk: 1");
      says(before, "works", "podman of dbgt-mal", "containers in its state on the disk: 1");
      says(before, "works", "podman of dbgt-ulf", "its service is asked");

      // On a busy machine her service may take longer than dbgd waits.
      Patience.until(
          "hers answers",
          () ->
              session("podman://dbgt-una/dbgt-doctored")
                  .exits(0)
                  .leaves("intent")
                  .text("/target/way")
                  .equals("api"));
      session("podman://dbgt-mal/dbgt-doctored")
          .exits(0)
          .leaves("intent")
          .says("/target/way", "disk");
      session("podman://dbgt-ulf/dbgt-doctored").fails(DBG_FAILED, "no container");

      Ran after = host.root().runs("doctor").exits(0);
      says(after, "works", "podman of dbgt-una", "containers in its state on the disk: 1");
      String silent = "its service does not answer: ";
      says(after, "degraded", "podman of dbgt-mal", silent, "in its state on the disk: 1");
      says(
          after,
          "degraded",
          "podman of dbgt-ulf",
          silent,
          "state on the disk is not in the usual place");
      assertFalse(host.ann().runs("doctor").out().contains("podman of"));
      mal.podman().serviceGets("CONT");
    }
  }

  private static Ran session(String container) {
    return host.ann().runs(container + " net -- look namespaces");
  }

  private static void says(Ran doctor, String state, String... parts) {
    assertTrue(
        doctor.lines().stream()
            .anyMatch(
                said -> said.startsWith(state + " ") && Stream.of(parts).allMatch(said::contains)),
        doctor::toString);
  }

  @Test
  void the_doctor_leaves_nothing() {
    Ran _ = apart.root().runs("doctor").exits(0);
    Traces before = Traces.of(apart);

    for (int i = 0; i < 3; i++) {
      Ran _ = apart.root().runs("doctor").exits(0);
    }

    before.areNoMoreAt(apart);
  }
}
