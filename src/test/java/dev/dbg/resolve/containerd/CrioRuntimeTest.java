package dev.dbg.resolve.containerd;

import static dev.dbg.resolve.container.Containers.Need.NAME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.policy.rule.ContainerPattern;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.RuntimePlaces;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.engine.PodmanState;
import dev.dbg.resolve.log.LogWanted;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.user.NoReaders;
import dev.dbg.session.Messages;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What CRI-O 1.37 wrote on a node: the pod {@code web-1}, of which the container was started again,
 * and the pod {@code liar}, whose author wrote all the annotations that CRI-O writes too, to be
 * {@code vault/safe}. Beside them is a container of Podman's, {@code db}.
 */
class CrioRuntimeTest {
  private static final String FIRST =
      "ad441b58a6f3c6ab9adb1349f82dd19d39b31fb6b5d4318760a585dbf3850b10";
  private static final String SECOND =
      "06e69d20dab5b2693ef0ad07896ae6cce406eaf1574ef41ed10fc2492f7a036e";
  private static final String SANDBOX =
      "bf231f214450d98d6cc25c7d215329161e6bfd3e11b9bc67af8dd2bc394eee38";
  private static final String LIAR =
      "9b2f0543678058871118feb3febd2d2c0218a76a161de35582d6c7f2af765c86";
  private static final String IMAGE =
      "sha256:5797dbf4a820bfd5c44dee47334cb33932cc62ac9679c7ecc873eb9e0cb710cc";

  @TempDir Path storage;

  private Path graph;
  private Path list;
  private Uid owner;
  private CrioRuntime crio;

  @BeforeEach
  void copyWhatWasRecorded() throws Exception {
    Path recorded = recorded();
    try (Stream<Path> files = Files.walk(recorded)) {
      for (Path file : files.toList()) {
        Path _ =
            Files.copy(
                file,
                storage.resolve(recorded.relativize(file).toString()),
                StandardCopyOption.REPLACE_EXISTING);
      }
    }
    graph = storage.resolve("graph");
    list = graph.resolve("overlay-containers/volatile-containers.json");
    owner = new Uid((Integer) Files.getAttribute(list, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    crio = with(owner);
  }

  private static Path recorded() throws URISyntaxException {
    return Path.of(Objects.requireNonNull(CrioRuntimeTest.class.getResource("crio")).toURI());
  }

  private CrioRuntime with(Uid uid) {
    return new CrioRuntime(new CrioLocation(graph, storage.resolve("run")), uid);
  }

  private Path pidFile(String id) {
    return storage.resolve("run/overlay-containers/" + id + "/userdata/pidfile");
  }

  private List<String> names() throws RuntimeUnavailable {
    return crio.all().stream().map(found -> found.target().address()).toList();
  }

  private List<String> ids(String typed) throws RuntimeUnavailable {
    return crio.find(TargetName.parse(typed)).stream().map(found -> found.target().id()).toList();
  }

  private FoundContainer only(String typed) throws RuntimeUnavailable {
    List<FoundContainer> found = crio.find(TargetName.parse(typed));
    assertEquals(1, found.size(), typed);
    return found.getFirst();
  }

  /** Replaces words in the list. */
  private void alter(String words, String others) throws IOException {
    String text = Files.readString(list);
    assertTrue(text.contains(words), words);
    Files.writeString(list, text.replace(words, others));
  }

  @Test
  void pods_have_the_names_of_the_lists_and_sandboxes_are_none() throws Exception {
    assertEquals(
        List.of("k8s://shop/liar/app", "k8s://shop/web-1/app", "k8s://shop/web-1/app"), names());
    assertEquals(
        List.of(LIAR, SECOND, FIRST), crio.all().stream().map(one -> one.target().id()).toList());
  }

  @Test
  void annotations_of_a_pods_author_decide_nothing() throws Exception {
    Target liar = only("k8s://shop/liar/app").target();

    assertEquals("62adc6c6-a807-406f-87bd-71efc403ab25", liar.pod().orElseThrow().uid());
    assertEquals(Optional.empty(), liar.labels(), "labels are in what an author can replace");
    assertEquals(List.of(), ids("k8s://vault/safe/app"));
    assertEquals(List.of(), ids("k8s://vault/safe"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5797dbf4", "act@sha256:5797dbf4", "act:1"})
  void exceptions_for_images_hold_whatever_the_lists_call_them(String name) throws Exception {
    alter("\\\"image-name\\\":\\\"5797dbf4", "\\\"image-name\\\":\\\"" + name);
    Target target = only("k8s://shop/web-1/app").target();

    assertEquals(IMAGE, target.image().id());
    assertTrue(ContainerPattern.parse("image:secret:*").spares(target));
    assertFalse(ContainerPattern.parse("image:*").matches(target));
    assertEquals(List.of(), Messages.about(target, List.of()), "CRI-O is not asked");
  }

  @Test
  void the_attempt_that_runs_is_meant_before_a_newer_one() throws Exception {
    runsHere(FIRST);
    Files.delete(pidFile(SECOND));

    for (String typed : List.of("k8s://shop/web-1/app", "web-1")) {
      assertEquals(List.of(FIRST), ids(typed), typed);
      assertEquals(
          FIRST, crio.meant(TargetName.parse(typed), crio.all()).getFirst().target().id(), typed);
    }
  }

  @Test
  void a_pods_name_means_what_runs_and_not_what_has_prepared_it() throws Exception {
    prepared();
    try (PinnedTarget one = resolver(graph).hold(TargetName.parse("web-1"), _ -> true, NAME);
        PinnedTarget seen = resolver(graph).holdSeen(TargetName.parse("web-1"), _ -> true, NAME)) {
      assertEquals(SECOND, one.target().id());
      assertEquals(SECOND, seen.target().id());
    }
    try (PinnedTarget its =
        resolver(graph).hold(TargetName.parse("shop/web-1/setup"), _ -> true, NAME)) {
      assertEquals(FIRST, its.target().id());
    }
  }

  @Test
  void a_hidden_container_hides_no_visible_one_of_its_name() throws Exception {
    prepared();
    Predicate<Target> admitted = target -> target.id().equals(FIRST);

    try (PinnedTarget one = resolver(graph).hold(TargetName.parse("web-1"), admitted, NAME);
        PinnedTarget seen = resolver(graph).holdSeen(TargetName.parse("web-1"), admitted, NAME)) {
      assertEquals(FIRST, one.target().id());
      assertEquals(FIRST, seen.target().id());
    }
  }

  /** The first attempt is a container that has prepared the pod, and the second runs. */
  private void prepared() throws IOException {
    assumeTrue(owner.equals(Uid.ROOT), "only root makes files of root's");
    String its = "f1_0\\\",\\\"metadata-name\\\":\\\"";
    alter(its + "app", its + "setup");
    runsHere(SECOND);
    Files.delete(pidFile(FIRST));
  }

  /** Its process is this one, of which nothing says that it is not. */
  private void runsHere(String id) throws IOException {
    Files.writeString(pidFile(id), Long.toString(ProcessHandle.current().pid()));
  }

  private Resolver resolver(Path... graphs) {
    return new Resolver(
        new RuntimePlaces(
            List.of(),
            List.of(),
            Stream.of(graphs).map(one -> new CrioLocation(one, storage.resolve("run"))).toList(),
            false,
            List.of(),
            List.of(),
            false,
            false),
        NoReaders.NONE);
  }

  @Test
  void a_storage_that_cannot_be_read_hides_no_other_ones_log() throws Exception {
    assumeTrue(owner.equals(Uid.ROOT), "only root makes files of root's");
    Target target = only("k8s://shop/web-1/app").target();
    Path broken = storage.resolve("broken/overlay-containers");
    Files.createDirectories(broken);
    Files.writeString(broken.resolve("containers.json"), "{");
    LogWanted all = new LogWanted(false, Optional.empty(), Optional.empty(), false, false);

    RuntimeUnavailable why =
        assertThrows(
            RuntimeUnavailable.class,
            () -> resolver(broken.resolveSibling(""), graph).log(target, all));

    assertTrue(why.message().startsWith("the log of k8s://shop/web-1/app"), why.message());
  }

  @Test
  void a_control_group_is_read_once() throws Exception {
    runsHere(SECOND);
    List<String> groups = groups(SECOND);
    assertEquals(1, groups.size());

    Files.delete(graph.resolve("overlay-containers/" + SECOND + "/userdata/config.json"));
    // Also when another container comes.
    Files.setLastModifiedTime(list, FileTime.from(Instant.EPOCH));

    assertEquals(groups, groups(SECOND));
  }

  /** Whoever makes a pod chooses how long its environment is. */
  @Test
  void a_control_group_is_found_behind_a_long_environment() throws Exception {
    runsHere(SECOND);
    List<String> groups = groups(SECOND);
    Path config = graph.resolve("overlay-containers/" + SECOND + "/userdata/config.json");
    String text = Files.readString(config);
    Files.writeString(config, "{\"env\":\"" + "x".repeat(2 << 20) + "\"," + text.substring(1));

    crio = with(owner);
    assertEquals(groups, groups(SECOND));
  }

  private List<String> groups(String id) throws RuntimeUnavailable {
    return ((Evidence.InGroup) only("k8s://" + id).evidence()).told().get();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc", "a/b", ".", "a_b"})
  void a_uid_that_would_be_another_path_is_no_pods(String uid) throws Exception {
    alter("\\\"uid\\\":\\\"0e5ecab1-24c1-4926-a41f-8d7d1a75adf1", "\\\"uid\\\":\\\"" + uid);

    assertEquals(List.of("k8s://shop/liar/app"), names());
  }

  @Test
  void files_of_others_are_empty_also_without_a_storage() throws Exception {
    Target target = only("k8s://shop/web-1/app").target();
    CrioRuntime none =
        new CrioRuntime(new CrioLocation(storage.resolve("none"), storage.resolve("none")));

    assertEquals(Optional.empty(), none.files(target));
  }

  @Test
  void a_name_means_the_newest_attempt_and_an_id_means_its_own() throws Exception {
    for (String typed :
        List.of("k8s://shop/web-1/app", "k8s://shop/web-1", "web-1", "shop/web-1")) {
      assertEquals(List.of(SECOND), ids(typed), typed);
    }
    for (String typed :
        List.of("cri://" + FIRST, FIRST, "k8s://" + FIRST, FIRST.substring(0, 12))) {
      assertEquals(List.of(FIRST), ids(typed), typed);
    }
    assertEquals(List.of(), ids("cri://" + SANDBOX), "a sandbox");
    assertEquals(List.of(), ids("db"), "Podman's");
  }

  @Test
  void podman_has_only_its_own() throws Exception {
    PodmanState podman =
        new PodmanState(
            graph,
            storage.resolve("run"),
            Optional.of(new Target.Owner(owner, "somebody")),
            Allowance::ofRuntime);

    assertEquals(List.of("db"), podman.all().stream().map(one -> one.target().name()).toList());
    assertEquals(Optional.empty(), podman.find(SECOND));
  }

  @Test
  void a_process_that_is_gone_has_ended() throws Exception {
    Files.writeString(pidFile(SECOND), "999999999");
    Files.delete(pidFile(FIRST));

    assertFalse(only("k8s://shop/web-1/app").target().isRunning());
    assertEquals("ended", only("k8s://" + FIRST).target().state());
    assertEquals(3, crio.described(true).size());
  }

  /** As CRI-O has Kata run it: also when it has ended, until it is removed. */
  @ParameterizedTest
  @ValueSource(strings = {"address", "shim.pid"})
  void of_a_container_that_a_shim_runs_it_is_not_known_whether_it_has_ended(String file)
      throws Exception {
    Files.delete(pidFile(FIRST));
    Files.writeString(pidFile(FIRST).resolveSibling(file), "1");

    Target target = only("k8s://" + FIRST).target();

    assertEquals("unknown", target.state());
    assertTrue(target.lacksProcess());
  }

  @Test
  void a_process_in_another_control_group_is_not_the_containers() throws Exception {
    Files.writeString(pidFile(SECOND), Long.toString(ProcessHandle.current().pid()));

    assertEquals(List.of(), crio.running());
    assertFalse(crio.described(false).stream().anyMatch(one -> one.target().id().equals(SECOND)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "x", "99999999999", "1 2", "0x1", "11111111111111111111"})
  void a_pid_that_is_none_is_no_process(String pid) throws Exception {
    Files.writeString(pidFile(SECOND), pid);

    assertFalse(only("k8s://shop/web-1/app").target().isRunning());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "..", "app\\\\nb", "App", "", "x y", "app/"})
  void names_that_kubernetes_does_not_give_are_no_containers(String name) throws Exception {
    alter("\\\"metadata-name\\\":\\\"app\\\"", "\\\"metadata-name\\\":\\\"" + name + "\\\"");

    assertEquals(List.of(), names());
  }

  @Test
  void a_container_without_a_sandbox_in_the_list_is_none() throws Exception {
    // Its pod would be another container, which says of itself that it is in a namespace.
    alter(
        "\\\"pod-id\\\":\\\"" + SANDBOX,
        "\\\"namespace\\\":\\\"vault\\\",\\\"pod-id\\\":\\\"" + LIAR);

    assertEquals(List.of("k8s://shop/liar/app"), names());
  }

  @Test
  void links_are_not_followed() throws Exception {
    Path elsewhere = Files.writeString(storage.resolve("elsewhere"), "1");
    Files.delete(pidFile(SECOND));
    Files.createSymbolicLink(pidFile(SECOND), elsewhere);
    assertFalse(only("k8s://shop/web-1/app").target().isRunning());

    Files.move(list, storage.resolve("list"));
    Files.createSymbolicLink(list, storage.resolve("list"));

    assertThrows(RuntimeUnavailable.class, crio::all);
  }

  @Test
  void files_of_another_user_are_not_read() {
    CrioRuntime others = with(new Uid(4_000_000_000L));

    assertThrows(RuntimeUnavailable.class, others::running);
    assertTrue(others.health().orElseThrow() instanceof RuntimeHealth.Silent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[", "[{]", "{}", "null", "\0"})
  void a_list_that_is_none_is_reported_and_takes_no_other_names(String text) throws Exception {
    Files.writeString(list, text, StandardCharsets.UTF_8);

    assertEquals(List.of(), ids("web-1"), "it may be Podman's alone");
    assertEquals(List.of(), crio.all());
    assertThrows(RuntimeUnavailable.class, () -> ids("k8s://web-1"));
    assertThrows(RuntimeUnavailable.class, crio::running);
    assertTrue(crio.health().orElseThrow() instanceof RuntimeHealth.Silent);
  }

  @Test
  void a_list_that_had_containers_of_crios_takes_bare_names_with_it() throws Exception {
    assertEquals(3, crio.all().size());
    Files.writeString(list, "{");

    assertThrows(RuntimeUnavailable.class, crio::all);
    assertThrows(RuntimeUnavailable.class, () -> ids("web-1"));
  }

  @Test
  void where_there_is_no_crio_nothing_is_found() throws Exception {
    Files.delete(list);
    assertTrue(crio.health().orElseThrow() instanceof RuntimeHealth.Absent, "only Podman");

    Files.delete(list.resolveSibling("containers.json"));
    assertEquals(List.of(), crio.all());
    assertTrue(crio.health().orElseThrow() instanceof RuntimeHealth.Absent);
  }
}
