package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static dev.dbg.nativetests.scene.target.Nsenter.seenMeanwhile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Pods.Pod;
import dev.dbg.nativetests.scene.engine.Pods.PodOptions;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The containers of pods, which a kubelet starts through the CRI of containerd. */
@Tag("native")
@Tag("whole")
final class KubernetesPodsTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["k8s://dbgt-prod/*", "containerd://k8s.io/*", "containerd://default/*"]
      namespaces = ["net", "uts", "ipc", "mnt", "pid"]
      tools = ["ss", "ip", "hostname", "ls", "look", "netstat", "ipcs", "logs", "status"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["label:app=dns", "k8s://dbgt-prod/dbgt-pair"]
      except = ["label:vault"]
      namespaces = ["net", "uts"]
      tools = ["hostname", "look", "ip", "logs"]
      host-namespaces = true

      [[rule]]
      who = ["user:dbgt-cal"]
      containers = ["k8s:dbgt-test"]
      namespaces = ["net", "uts"]
      tools = ["hostname", "logs", "status"]

      [[rule]]
      who = ["user:dbgt-cal"]
      containers = ["containerd://k8s.io/*", "runtime:k8s"]
      except = ["k8s://dbgt-prod/*"]
      namespaces = ["net", "uts"]
      tools = ["hostname"]

      [[rule]]
      who = ["user:dbgt-cal"]
      containers = ["k8s:dbgt-test"]
      except = ["image:*dbg-test/server*"]
      namespaces = ["net"]
      tools = ["ss"]
      """;

  @RegisterExtension
  static final Host host = Host.with(POLICY).asking(own -> own.containerd().settings());

  private static Pod shop;
  private static Task app;

  @BeforeAll
  static void start() {
    shop =
        host.containerd()
            .pods()
            .starts("dbgt-prod", "dbgt-shop", PodOptions.NONE.labelled("app", "dns"));
    app = shop.starts("app");
  }

  /** Also of a file that the kubelet has renamed; a pod of another name has other files. */
  @Test
  void its_log_is_what_the_kubelet_keeps_of_it() throws Exception {
    Pod talking = host.containerd().pods().starts("dbgt-prod", "dbgt-talk", PodOptions.NONE);
    Task task =
        talking.starts("app", 0, "/act", "say", "one", "!two", "x".repeat(40_000), "three", ".");
    Path file = host.containerd().pods().logs("dbgt-talk").resolve("app/0.log");
    Patience.until("it has written", () -> text(file).contains("waiting"));
    String whole = "one\n" + "x".repeat(40_000) + "\nthree\nwaiting\n";

    Ran ran = host.ann().runs("logs " + task.name()).exits(0).isRecorded();
    assertEquals(whole, ran.out());
    assertEquals("two\n", ran.err());
    host.ann().runs("logs --tail 2 " + task.name()).exits(0).prints("three\nwaiting\n");
    host.ann().runs("logs --since 2030-01-01 " + task.name()).exits(0).prints("");
    host.bob().runs("logs " + task.name()).exits(126).prints("");

    Files.copy(file, file.resolveSibling("0.log.20261128-050000"));
    host.ann().runs("logs " + task.name()).exits(0).prints(whole + whole);

    Path compressed = Files.copy(file, file.resolveSibling("0.log.20261128-040000.gz"));
    String left = "the log before 2026-11-28T04:00:00 on the host's clock is compressed";
    host.ann()
        .runs("logs " + task.name())
        .exits(0)
        .prints(whole + whole)
        .says(left, "" + compressed);
    // Written just now, whatever its name says: the kubelet's time zone may be another one.
    for (String since : List.of("2026-11-28T03:59:59 ", "1m ")) {
      host.ann().runs("logs --since " + since + task.name()).exits(0).says(left);
    }
    for (String enough : List.of("--since 2030-01-01 ", "--tail 2 ")) {
      Ran recent = host.ann().runs("logs " + enough + task.name()).exits(0);
      assertFalse(recent.err().contains("compressed"), recent::err);
    }

    Running following = host.ann().starts("logs -f --tail 1 " + task.name()).prints("waiting");
    Files.move(file, file.resolveSibling("0.log.20261128-060000"));
    Files.writeString(file, "2026-11-28T06:00:00Z stdout F renewed\n");
    following.prints("renewed");
    talking.stops(task);
    following.ends().exits(0).prints("waiting\nrenewed\n");
    talking.isRemoved();
  }

  /** In a crash loop it has no task for most of the time, but containerd has the container. */
  @Test
  void between_two_attempts_the_log_of_the_newest_is_found() throws Exception {
    Pod loop = starts("dbgt-loop", PodOptions.NONE.labelled("app", "dns"));
    Path logs = host.containerd().pods().logs("dbgt-loop").resolve("app");
    Task first = loop.starts("app", 0, "/act", "say", "first", ".");
    String name = first.name();
    Patience.until("it has written", () -> text(logs.resolve("0.log")).contains("waiting"));
    host.ann().runs("logs -p " + name).fails(DBG_FAILED, "no log of an attempt before this one");
    loop.stops(first);
    findsLog("first\nwaiting\n", name, "dbgt-loop");

    Task second = loop.starts("app", 1, "/act", "say", "second", ".");
    Patience.until("it has written", () -> text(logs.resolve("1.log")).contains("waiting"));
    host.ann().runs("logs " + name).exits(0).prints("second\nwaiting\n");
    host.ann().runs("logs -p -f " + name).exits(0).prints("first\nwaiting\n");
    loop.stops(second);
    findsLog("second\nwaiting\n", name, "k8s://dbgt-prod/dbgt-loop", "cri://" + second.id());
    host.ann().runs("logs -p " + name).exits(0).prints("second\nwaiting\n");
    host.ann()
        .runs("status " + name)
        .fails(DBG_FAILED, "asks only Docker and Podman", "kubectl describe pod -n dbgt-prod");

    for (String verb : List.of("logs ", "status ")) {
      String missing = host.cal().runs(verb + name.replace("loop", "lop")).isRefused().err();
      String hidden = host.cal().runs(verb + name).isRefused().err();
      assertEquals(missing.replace("dbgt-lop", "dbgt-loop"), hidden);
    }
    loop.isRemoved();
    host.ann().runs("logs " + name).fails(DBG_FAILED, "no container '" + name);
  }

  /** By a name, and by the labels of the pod. */
  private static void findsLog(String log, String... names) {
    for (String name : names) {
      host.ann().runs("logs -f " + name).exits(0).isRecorded().prints(log);
      host.bob().runsUntilPermitted("logs " + name).exits(0).isRecorded().prints(log);
    }
  }

  /** Whoever could write there would show an operator any file of the host's. */
  @Test
  void a_pods_log_in_a_directory_others_can_write_is_refused() throws Exception {
    Pod pod = host.containerd().pods().starts("dbgt-prod", "dbgt-led", PodOptions.NONE);
    Task task = pod.starts("app", 0, "/act", "say", "one", ".");
    Path directory = host.containerd().pods().logs("dbgt-led").resolve("app");
    Path file = directory.resolve("0.log");
    Patience.until("it has written", () -> text(file).contains("waiting"));
    Path kept = directory.resolve("kept");
    Files.move(file, kept);

    Files.createSymbolicLink(file, kept);
    refusesLog(task);
    Files.delete(file);
    Files.copy(kept, file);
    host.ann().runs("logs " + task.name()).exits(0).prints("one\nwaiting\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    refusesLog(task);
    host.ann()
        .runs("logs " + task.name())
        .exits(DBG_FAILED)
        .says("the log is cut off: 0.log can be written by others than root");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Machine.chowns(file, "dbgt-eve");
    refusesLog(task);
    Machine.chowns(file, "root");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    host.ann().runs("logs " + task.name()).fails(DBG_FAILED, "others than root can write");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    host.ann().runs("logs " + task.name()).exits(0).prints("one\nwaiting\n");
    pod.isRemoved();
  }

  /** As those of syslog may on Ubuntu. */
  @Test
  void a_group_may_write_above_the_logs_of_all_pods_and_nobody_else() throws Exception {
    Pod pod = host.containerd().pods().starts("dbgt-prod", "dbgt-above", PodOptions.NONE);
    Task task = pod.starts("app", 0, "/act", "say", "one", ".");
    Path file = host.containerd().pods().logs("dbgt-above").resolve("app/0.log");
    Patience.until("it has written", () -> text(file).contains("waiting"));
    Path logs = Objects.requireNonNull(host.containerd().pods().logs("dbgt-above").getParent());
    Path above = Objects.requireNonNull(logs.getParent());
    Set<PosixFilePermission> before = Files.getPosixFilePermissions(above);
    try {
      Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxrwxr-x"));
      host.ann().runs("logs " + task.name()).exits(0).prints("one\nwaiting\n");
      Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xrwx"));
      host.ann().runs("logs " + task.name()).fails(DBG_FAILED, "others than root can write");
    } finally {
      Files.setPosixFilePermissions(above, before);
    }
    Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwxrwxr-x"));
    host.ann().runs("logs " + task.name()).fails(DBG_FAILED, "others than root can write");
    Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwxr-xr-x"));
    pod.isRemoved();
  }

  private static void refusesLog(Task task) {
    assertFalse(host.ann().runs("logs " + task.name()).out().contains("one"));
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** Asserts that it ran in the container, in these namespaces of its process. */
  private static void isIn(Task task, Ran ran, String... namespaces) {
    AuditRecord intent = ran.exits(0).leaves("intent");
    AuditRecord _ = intent.says("/target/id", task.id()).says("/target/pid", task.pid());
    for (String kind : namespaces) {
      AuditRecord _ =
          intent.says("/target/namespaces/" + kind, Processes.link(task.pid(), "ns/" + kind));
    }
  }

  /** dbgd does not ask a containerd again for a while that has kept it waiting. */
  private static void goesOn() {
    host.containerd().gets("CONT");
    Pod pod = starts("dbgt-goes-on", PodOptions.NONE.labelled("app", "dns"));
    pod.starts("app");
    Patience.until(
        "containerd is asked again",
        () -> host.bob().runs("dbgt-goes-on uts -- hostname").out().equals("dbgt-goes-on\n"));
    pod.isRemoved();
  }

  private static Pod starts(String name, PodOptions options) {
    return host.containerd().pods().starts("dbgt-prod", name, options);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"k8s://dbgt-prod/dbgt-shop/app", "k8s://dbgt-prod/dbgt-shop", "dbgt-shop"})
  void it_is_found_by_its_pod(String name) {
    seenMeanwhile(
            () -> host.ann().runsAsked(name + " net -- ip addr show"),
            app,
            "-n",
            "ip",
            "addr",
            "show")
        .leaves("intent")
        .says("/target/runtime", "k8s")
        .says("/target/name", "dbgt-prod/dbgt-shop/app")
        .says("/target/id", app.id())
        .says("/target/pid", app.pid())
        .says("/target/way", "api")
        .says("/target/image", "localhost/dbg-test/server:1");
    host.ann().runs(name + " uts -- hostname").sees(nsenter(app, "-u", "hostname"));
    isIn(app, host.ann().runs(name + " net,uts,ipc -- hostname"), "net", "uts", "ipc");
  }

  @Test
  void it_is_found_by_its_id() {
    for (String name :
        List.of(
            "cri://" + app.id(),
            "cri://" + app.id().substring(0, 12),
            "k8s://" + app.id(),
            "containerd://k8s.io/" + app.id(),
            app.id().substring(0, 12))) {
      host.ann()
          .runs(name + " uts -- hostname")
          .sees(nsenter(app, "-u", "hostname"))
          .leaves("intent")
          .says("/target/name", "dbgt-prod/dbgt-shop/app");
    }
  }

  @Test
  void its_network_is_the_sandboxs_and_its_files_are_its_own() {
    assertEquals(
        Processes.link(shop.sandbox().pid(), "ns/net"), Processes.link(app.pid(), "ns/net"));
    host.ann()
        .runs("dbgt-shop net -- netstat -tulpn")
        .sees(nsenter(app, "-n", "netstat", "-tulpn"));
    host.ann().runs("dbgt-shop mnt -- ls -1 /").sees(nsenter(app, "-m", "/look", "directory", "/"));
  }

  @Test
  void it_is_listed_and_its_sandbox_is_not() {
    String listed = host.ann().runs("ps").exits(0).out();

    assertTrue(listed.lines().anyMatch(l -> l.matches("dbgt-prod/dbgt-shop/app +k8s .*")), listed);
    assertFalse(listed.contains(shop.sandbox().id().substring(0, 12)), listed);
  }

  /** It has the pod's network, and no name by which an exception would hold. */
  @Test
  void a_pods_sandbox_is_no_container_for_anybody() {
    String id = shop.sandbox().id();

    for (String name : List.of("cri://" + id, "containerd://k8s.io/" + id, id.substring(0, 12))) {
      host.ann().runs(name + " uts -- hostname").isRefusedOrMissing();
      host.cal().runs(name + " uts -- hostname").isRefusedOrMissing();
    }
    host.cal().runs("dbgt-shop uts -- hostname").isRefusedOrMissing();
  }

  @Test
  void a_pods_sandbox_is_no_replica_of_a_service() {
    Pod pod =
        starts(
            "dbgt-replica",
            PodOptions.NONE
                .labelled("com.docker.compose.project", "dbgt-sold")
                .labelled("com.docker.compose.service", "dbgt-db"));

    for (String name : List.of("dbgt-db", "compose://dbgt-sold/dbgt-db")) {
      host.ann().runs(name + " uts -- hostname").isRefusedOrMissing();
    }
    pod.isRemoved();
  }

  @Test
  void a_name_within_anothers_is_only_its_own() {
    Pod part = starts("dbgt-part", PodOptions.NONE);
    Task app = part.starts("app");
    Task second = part.starts("app-1", 0, "/act", "wait");
    Pod longer = starts("dbgt-part-1", PodOptions.NONE);
    Task others = longer.starts("app");

    for (Task one : List.of(app, second, others)) {
      isIn(one, host.ann().runs(one.name() + " net,uts -- hostname"), "net", "uts");
    }
    host.ann().runs("dbgt-part-1 uts -- hostname").prints("dbgt-part-1\n");
    for (String name :
        List.of(
            "dbgt-par",
            "k8s://dbgt-prod/dbgt-par",
            "k8s://dbgt-prod/dbgt-part/ap",
            "k8s://dbgt-prod/dbgt-part-",
            "k8s://dbgt-pro/dbgt-part/app")) {
      host.ann().runs(name + " uts -- hostname").isRefusedOrMissing();
    }

    part.isRemoved();

    host.ann().runs("dbgt-part uts -- hostname").isRefusedOrMissing();
    host.ann().runs(app.name() + " uts -- hostname").isRefusedOrMissing();
    isIn(others, host.ann().runs("k8s://dbgt-prod/dbgt-part-1 uts -- hostname"), "uts");
    longer.isRemoved();
  }

  @Test
  void of_several_containers_one_must_be_named() {
    Pod pair = starts("dbgt-pair", PodOptions.NONE);
    Task app = pair.starts("app");
    Task sidecar = pair.starts("sidecar", 0, "/act", "wait");

    host.ann()
        .runs("k8s://dbgt-prod/dbgt-pair net -- ss -tlnH")
        .fails(DBG_FAILED, "k8s://dbgt-prod/dbgt-pair/app", "k8s://dbgt-prod/dbgt-pair/sidecar");
    for (Task one : List.of(app, sidecar)) {
      host.ann()
          .runs(one.name() + " net -- ss -tlnH")
          .sees(nsenter(one, "-n", "ss", "-tlnH"))
          .leaves("intent")
          .says("/target/id", one.id());
      // A rule for the pod reaches all of its containers.
      host.bob().runsUntilPermitted(one.name() + " uts -- hostname").exits(0).isRecorded();
    }
    pair.isRemoved();
  }

  @Test
  void the_pod_may_name_its_default() {
    Pod pod =
        starts(
            "dbgt-default",
            PodOptions.NONE.annotated("kubectl.kubernetes.io/default-container", "second"));
    pod.starts("first");
    Task second = pod.starts("second", 0, "/act", "wait");

    isIn(second, host.ann().runs("k8s://dbgt-prod/dbgt-default net -- ss -tlnH"), "net");
    pod.isRemoved();
  }

  @Test
  void containers_may_share_their_processes() {
    Pod pod = starts("dbgt-shares", PodOptions.NONE.sharingProcesses());
    Task first = pod.starts("first");
    Task second = pod.starts("second", 0, "/act", "wait");

    assertEquals(Processes.link(first.pid(), "ns/pid"), Processes.link(second.pid(), "ns/pid"));
    isIn(second, host.ann().runs(second.name() + " pid,net -- ss -tlnH"), "pid", "net");
    // Each sees the other's process, and its socket.
    host.ann()
        .runs(second.name() + " net,pid -- netstat -tln")
        .sees(nsenter(second, "-n", "netstat", "-tln"));
    pod.isRemoved();
  }

  @Test
  void a_pod_in_the_hosts_network_needs_a_rule_that_says_so() {
    Pod pod = starts("dbgt-on-host", PodOptions.NONE.labelled("app", "dns").onHostNetwork());
    Task task = pod.starts("app", 0, "/act", "wait");

    host.ann().runs(task.name() + " net -- ip link").isRefused("shares net with the host");
    host.bob()
        .runsUntilPermitted(task.name() + " net -- ip link show dev lo")
        .sees(nsenter(task, "-n", "ip", "link", "show", "dev", "lo"));
    pod.isRemoved();
  }

  @Test
  void after_a_restart_the_newest_attempt_is_entered() {
    Pod pod = starts("dbgt-again", PodOptions.NONE);
    Task first = pod.starts("app");
    host.ann().runs("k8s://dbgt-prod/dbgt-again uts -- hostname").exits(0);

    pod.stops(first);
    host.ann().runs("k8s://dbgt-prod/dbgt-again uts -- hostname").isRefusedOrMissing();
    Task second = pod.starts("app", 1, "/server");

    assertNotEquals(first.id(), second.id());
    isIn(second, host.ann().runs("k8s://dbgt-prod/dbgt-again net -- ss -tlnH"), "net");
    pod.isRemoved();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ann", "bob"})
  void the_next_attempt_can_be_waited_for(String operator) {
    Pod pod = starts("dbgt-wait", PodOptions.NONE.labelled("app", "dns"));
    Task first = pod.starts("app");
    pod.stops(first);
    Running dbg =
        (operator.equals("ann") ? host.ann() : host.bob())
            .startsUntilItPrints(
                "waiting 120 s for the start of ",
                "--wait=2m k8s://dbgt-prod/dbgt-wait uts -- hostname");
    Task second = pod.starts("app", 1, "/server");
    dbg.ends()
        .sees(nsenter(second, "-u", "hostname"))
        .leaves("intent")
        .says("/target/id", second.id());
    pod.isRemoved();
  }

  @Test
  void a_name_with_a_star_is_refused_naming_what_it_may_mean() {
    host.ann()
        .runs("k8s://dbgt-prod/dbgt-sh* net -- ss -tlnH")
        .fails(DBG_FAILED, "k8s://dbgt-prod/dbgt-shop");
    String hidden = host.cal().runs("k8s://dbgt-prod/dbgt-sh* uts -- hostname").err();
    assertFalse(hidden.contains("dbgt-shop"), hidden);
  }

  @Test
  void the_labels_are_the_pods() {
    host.bob().runsUntilPermitted("dbgt-shop uts -- hostname").sees(nsenter(app, "-u", "hostname"));
    Pod vault = starts("dbgt-vault", PodOptions.NONE.labelled("vault", ""));
    vault.starts("app");

    host.bob().runs("k8s://dbgt-prod/dbgt-vault uts -- hostname").isRefusedOrMissing();
    vault.isRemoved();
  }

  @Test
  void a_rule_may_name_a_namespace_of_kubernetes() {
    Pod pod = host.containerd().pods().starts("dbgt-test", "dbgt-calls", PodOptions.NONE);
    Task task = pod.starts("app");

    host.cal().runs(task.name() + " uts -- hostname").sees(nsenter(task, "-u", "hostname"));
    host.cal().runs("dbgt-calls uts -- hostname").sees(nsenter(task, "-u", "hostname"));
    host.cal().runs("k8s://dbgt-prod/dbgt-shop uts -- hostname").isRefusedOrMissing();
    pod.isRemoved();
  }

  /** Before version 2, containerd tells the first of all names that the node has for an image. */
  @Test
  void an_image_exception_holds_for_each_name_of_the_image() {
    String image = "localhost/dbg-test/server:1";
    String other = "a.example/x:1";
    Pod pod = host.containerd().pods().starts("dbgt-test", "dbgt-renamed", PodOptions.NONE);
    Task before = pod.starts("before");
    host.cal().runs(before.name() + " net -- ss -tlnH").isRefusedOrMissing();
    String _ = host.containerd().ctr("k8s.io", "images", "tag", image, other);
    try {
      Task after = pod.starts("after", 0, "/act", "wait");
      host.cal().runs(after.name() + " net -- ss -tlnH").isRefusedOrMissing();
      host.cal().runs(after.name() + " uts -- hostname").exits(0).isRecorded();
    } finally {
      String _ = host.containerd().ctr("k8s.io", "images", "rm", other);
      pod.isRemoved();
    }
  }

  @Test
  void an_annotation_elsewhere_makes_no_pod() {
    String cri = "io.kubernetes.cri.";
    host.containerd()
        .starts(
            "default",
            "dbgt-claims",
            "--annotation",
            cri + "sandbox-namespace=dbgt-test",
            "--annotation",
            cri + "sandbox-name=claimed",
            "--annotation",
            cri + "container-name=app");

    host.cal().runs("k8s://dbgt-test/claimed uts -- hostname").isRefusedOrMissing();
    host.cal().runs("dbgt-claims uts -- hostname").isRefusedOrMissing();
    host.ann()
        .runs("dbgt-claims net -- ss -tlnH")
        .exits(0)
        .leaves("intent")
        .says("/target/runtime", "containerd");
  }

  @Test
  void it_is_found_while_containerd_is_stopped() {
    host.ann().runs("dbgt-shop uts -- hostname").exits(0);
    host.containerd().gets("STOP");
    try {
      host.ann()
          .runs("k8s://dbgt-prod/dbgt-shop/app uts -- hostname")
          .sees(nsenter(app, "-u", "hostname"))
          .leaves("intent")
          .says("/target/way", "api");
    } finally {
      goesOn();
    }
  }

  @Test
  void it_is_found_while_its_shim_is_stopped_too() {
    long shim = app.shim();
    Processes.signal("STOP", shim);
    host.containerd().gets("STOP");
    try {
      host.ann()
          .runs("k8s://dbgt-prod/dbgt-shop/app uts -- hostname")
          .sees(nsenter(app, "-u", "hostname"))
          .leaves("intent")
          .says("/target/way", "api");
    } finally {
      Processes.signal("CONT", shim);
      goesOn();
    }
  }

  @Test
  void an_operator_who_may_not_see_it_learns_nothing() {
    for (String name :
        List.of("k8s://dbgt-prod/%s/app", "k8s://dbgt-prod/%s", "%s", "dbgt-prod/%s/app")) {
      String hidden = host.cal().runs(name.formatted("dbgt-shop") + " uts -- hostname").err();
      String missing = host.cal().runs(name.formatted("dbgt-shoe") + " uts -- hostname").err();

      assertEquals(missing.replace("dbgt-shoe", "dbgt-shop"), hidden);
    }
  }
}
