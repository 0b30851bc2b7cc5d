package dev.dbg.nativetests.policy;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.machine.Ran.REFUSED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dbg.authorize.AlteredAuthorize;
import dev.dbg.nativetests.scene.engine.Pods.PodOptions;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.target.Task;
import dev.dbg.nativetests.scene.user.Operator;
import dev.dbg.nativetests.scene.words.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What dbgd obeys of the agent of its node, which asks for users of the cluster: here the agent is
 * dbgt-cal, and says whatever a test wants. The pods are containerd's.
 */
@Tag("native")
@Tag("whole")
final class ClusterUsersTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["kube:alice", "kube-group:builders"]
      containers = ["k8s://dbgt-shop/*"]
      namespaces = ["net", "uts"]
      tools = ["hostname", "ip", "act"]

      [[rule]]
      who = ["kube-group:ops"]
      containers = ["namespace-label:env=prod"]
      namespaces = ["net", "uts"]
      tools = ["hostname"]

      [[rule]]
      who = ["*", "uid:0-65535"]
      containers = ["*", "k8s://*"]
      namespaces = ["net", "uts"]
      tools = ["hostname", "ip"]
      """;

  private static final String WEB = "k8s://dbgt-shop/dbgt-web/app";

  @RegisterExtension static final Host host = of(Host.with(POLICY));

  @RegisterExtension
  static final Host forgetful = of(Host.with(POLICY).inWhich(AlteredAuthorize.Forgetful.class));

  @RegisterExtension
  static final Host careless = of(Host.with(POLICY).inWhich(AlteredAuthorize.Careless.class));

  private static Task web;

  private static Host of(Host host) {
    return host.asking(own -> own.containerd().settings())
        .limitedTo("sessions-per-user = 1")
        .keeping("[kube]", "agent = \"dbgt-cal\"", "cluster = \"prod\"");
  }

  @BeforeAll
  static void start() throws IOException {
    web = prepared(host);
    Task _ = prepared(forgetful);
    Task _ = prepared(careless);
  }

  private static Task prepared(Host each) throws IOException {
    Path ssh = each.directory().resolve("way/ssh");
    Files.createDirectories(ssh.getParent());
    Files.writeString(
        ssh,
        "#!/bin/sh\nexec env -u DBG_HOST DBG_BEHALF=3 %s stdio 3<%s\n"
            .formatted(World.get().dbg(), ssh.resolveSibling("behalf")));
    Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwxr-xr-x"));
    Task _ =
        each.containerd().pods().starts("dbgt-vault", "dbgt-keys", PodOptions.NONE).starts("app");
    return each.containerd().pods().starts("dbgt-shop", "dbgt-web", PodOptions.NONE).starts("app");
  }

  /** Whom the agent asks for. */
  private record Asked(String user, List<String> groups, List<String> labels) {
    Asked(String user) {
      this(user, List.of("sre", "system:authenticated"), List.of());
    }
  }

  private static final Asked ALICE = new Asked("alice");

  /** Runs a line for a user whose session's object has another line, or is about another pod. */
  private static Running starts(
      Host at, Operator agent, Asked asked, List<String> pod, String object, String line) {
    Path way = at.directory().resolve("way");
    try {
      Files.write(
          way.resolve("behalf"),
          Packet.behalf(asked.user, asked.groups, pod, asked.labels, List.of(object.split(" "))));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return agent.startsScript("PATH=%s:$PATH exec $DBG -H ssh://node %s".formatted(way, line));
  }

  private static final List<String> POD = List.of("dbgt-shop", "dbgt-web", "uid-of-dbgt-web");

  private static Ran runs(Asked asked, String line) {
    return starts(host, host.cal(), asked, POD, line, line).ends();
  }

  @Test
  void the_tool_shows_what_nsenter_shows_and_the_record_names_the_user_of_the_cluster() {
    assertEquals(
        nsenter(web, "--net", "ip", "-o", "addr").out(),
        runs(ALICE, WEB + " net -- ip -o addr").exits(0).out());

    host.audit()
        .last("intent")
        .says("/operator/user", "kube:alice")
        .says("/operator/uid", host.cal().uid())
        .says("/operator/groups/0", "kube:sre")
        .says("/operator/kube_session", "dbgt-shop/session-1")
        .says("/operator/kube_session_uid", "uid-of-session-1")
        .says("/operator/kube_node", "node1")
        .says("/host/cluster", "prod")
        .says("/target/name", "dbgt-shop/dbgt-web/app")
        .says("/target/pod_uid", "uid-of-dbgt-web");
  }

  @Test
  void the_streams_and_the_status_of_a_tool_pass() {
    runs(ALICE, WEB + " uts -- act exit 7").exits(7);
  }

  /** A rule for all, or for every number, is for users of this host. */
  @ParameterizedTest
  @CsvSource({
    "carol, sre, '', 126",
    "root, system:masters, '', 126",
    "dbgt-ann, dbgt-ann, '', 126",
    "carol, ops, '', 126",
    "carol, ops, env=test, 126",
    "carol, ops, env=prod, 0"
  })
  void only_rules_for_the_cluster_permit(String user, String group, String label, int status) {
    List<String> labels = label.isEmpty() ? List.of() : List.of(label);
    var _ = runs(new Asked(user, List.of(group), labels), WEB + " uts -- hostname").exits(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        WEB + " net -- ip -o link", //
        WEB + " net,uts -- ip -o addr",
        "--timeout 9s " + WEB + " net -- ip -o addr"
      })
  void a_command_other_than_the_objects_is_refused_and_recorded(String line) {
    String asked = WEB + " net -- ip -o addr";

    var _ =
        starts(host, host.cal(), ALICE, POD, asked, line)
            .ends()
            .exits(REFUSED)
            .says("not the one in spec.command of debugsession dbgt-shop/session-1");
    host.audit().last("denied").says("/operator/user", "kube:alice");
    starts(careless, careless.cal(), ALICE, POD, asked, line).ends().exits(0);
  }

  /** Its own policy would let alice into each pod of the namespace. */
  @ParameterizedTest
  @CsvSource({
    "k8s://dbgt-vault/dbgt-keys/app, dbgt-shop, dbgt-web, uid-of-dbgt-web",
    "k8s://dbgt-shop/dbgt-web/app, dbgt-vault, dbgt-web, uid-of-dbgt-web",
    "k8s://dbgt-shop/dbgt-web/app, dbgt-shop, dbgt-we, uid-of-dbgt-web",
    "k8s://dbgt-shop/dbgt-web/app, dbgt-shop, dbgt-web, uid-of-the-one-before",
    "dbgt-web, dbgt-shop, dbgt-web, uid-of-dbgt-web",
    "pid://1, dbgt-shop, dbgt-web, uid-of-dbgt-web"
  })
  void no_other_pod_is_entered_than_the_objects(String target, String in, String pod, String uid) {
    String line = target + " uts -- hostname";

    Ran ran = starts(host, host.cal(), ALICE, List.of(in, pod, uid), line, line).ends();

    assertFalse(ran.out().contains("dbgt"), ran::toString);
    assertFalse(ran.end().equals(runs(ALICE, WEB + " uts -- hostname").end()), ran::toString);
  }

  @Test
  void without_the_kubelets_word_a_pod_of_the_same_name_would_be_entered() {
    String line = WEB + " uts -- hostname";
    List<String> before = List.of("dbgt-shop", "dbgt-web", "uid-of-the-one-before");

    starts(host, host.cal(), ALICE, before, line, line)
        .ends()
        .exits(DBG_FAILED)
        .says("it was created again");
    starts(forgetful, forgetful.cal(), ALICE, before, line, line).ends().exits(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ps", "tools", "audit", "sessions", "doctor", "kill 0123456789abcdef"})
  void a_line_that_is_about_no_pod_is_refused(String line) {
    runs(ALICE, line).exits(REFUSED).says("only runs lines about a pod");
  }

  /** The kernel says who connects. */
  @Test
  void nobody_but_the_agent_asks_for_users_of_the_cluster() {
    String line = WEB + " uts -- hostname";

    for (Operator other : List.of(host.ann(), host.root())) {
      starts(host, other, ALICE, POD, line, line)
          .ends()
          .exits(DBG_FAILED)
          .says("its type is 0x04, not 0x01");
      host.audit().last("malformed").says("/operator/user", other.name());
    }
  }

  @Test
  void the_agent_has_no_rights_of_its_own() {
    host.cal().runs("version").exits(DBG_FAILED).says("its type is 0x01, not 0x04");
    host.audit().last("malformed").says("/operator/user", host.cal().name());
  }

  @Test
  void each_user_of_the_cluster_has_a_share_of_their_own() {
    String waits = WEB + " uts -- act say begun .";
    Running first = starts(host, host.cal(), ALICE, POD, waits, waits).prints("begun");

    runs(ALICE, WEB + " uts -- hostname").exits(DBG_FAILED).says("the most for a user");
    runs(new Asked("carol", List.of("ops"), List.of("env=prod")), WEB + " uts -- hostname")
        .exits(0);
    host.ann().runs(WEB + " uts -- hostname").exits(0);

    first.gets("KILL").ends();
  }

  /** Who administers a namespace makes as many as they like. */
  @Test
  void the_service_accounts_of_a_namespace_share_the_places_of_one_user() {
    String waits = WEB + " uts -- act say begun .";
    Running first =
        starts(host, host.cal(), account("dbgt-shop", "one"), POD, waits, waits).prints("begun");

    runs(account("dbgt-shop", "two"), WEB + " uts -- hostname")
        .exits(DBG_FAILED)
        .says("the most for a user");
    runs(account("dbgt-other", "two"), WEB + " uts -- hostname").exits(0);

    first.gets("KILL").ends();
  }

  private static Asked account(String namespace, String name) {
    return new Asked(
        "system:serviceaccount:%s:%s".formatted(namespace, name), List.of("builders"), List.of());
  }
}
