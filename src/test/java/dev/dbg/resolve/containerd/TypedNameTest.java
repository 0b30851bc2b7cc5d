package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypedNameTest {
  private static final String ONE = "1".repeat(64);
  private static final String TWO = "2".repeat(64);
  private static final String OLD = "0".repeat(63) + "d";
  private static final String NEW = "0".repeat(63) + "e";
  private static final String IN_K8S_IO = "5".repeat(64);
  private static final String NERDCTLS = "9".repeat(64);
  private static final String IMAGES = "8".repeat(64);

  /** The newest first. */
  private static final List<FoundContainer> ALL =
      List.of(
          found("k8s", NEW, "prod/again/app", true),
          found("k8s", OLD, "prod/again/app", false),
          found("k8s", ONE, "prod/pair/app", true),
          found("k8s", TWO, "prod/pair/sidecar", true),
          found("containerd", IN_K8S_IO, "k8s.io/" + IN_K8S_IO, true),
          found(
              "containerd",
              NERDCTLS,
              "default/" + NERDCTLS,
              true,
              Map.of("nerdctl/name", "shop", "nerdctl/namespace", "default")),
          // Of an image that root has started by ctr.
          found(
              "containerd",
              "default/x1",
              "default/x1",
              true,
              Map.of("nerdctl/name", "web", "nerdctl/namespace", "default")),
          found("containerd", IMAGES, "other/" + IMAGES, true, Map.of("nerdctl/name", "web")),
          found("containerd", "default/web", "default/web", true),
          found("containerd", "default/web-1", "default/web-1", true),
          found("containerd", "other/web-1", "other/web-1", true),
          found("containerd", "default/abc", "default/abc", true));

  private static FoundContainer found(String runtime, String id, String name, boolean runs) {
    return found(runtime, id, name, runs, Map.of());
  }

  private static FoundContainer found(
      String runtime, String id, String name, boolean runs, Map<String, String> labels) {
    return new FoundContainer(
        new Target(
            runtime,
            Optional.empty(),
            id,
            name,
            Image.NONE,
            Optional.of(labels),
            runs ? "running" : "ended",
            runs ? 42 : 0,
            ResolvedBy.DISK),
        Evidence.NUMBER);
  }

  private static List<String> meant(String typed, String... defaults) {
    return new TypedName(TargetName.parse(typed), Set.of(defaults))
        .among(ALL).stream().map(found -> found.target().id()).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "web, default/web",
    "default/web, default/web",
    "containerd://default/web, default/web",
    "containerd://web, default/web",
    "web-1, default/web-1 other/web-1",
    "other/web-1, other/web-1",
    "we, ''",
    "default/we, ''",
    "containerd://default/we, ''",
    "k8s://web, ''",
    "cri://web, ''",
    "docker://web, ''",
    "abc, default/abc",
    "ab, ''",
    "prod/pair/app, 1",
    "k8s://prod/pair/app, 1",
    "k8s://prod/pair, 1 2",
    "k8s://pair, 1 2",
    "pair, 1 2",
    "k8s://prod/pai, ''",
    "k8s://prod/pair/ap, ''",
    "containerd://prod/pair/app, ''",
    "k8s://prod/again/app, 0",
    "k8s://prod/again, 0",
    "k8s://prod/p*, 1 2",
    "k8s://prod/*, 0 1 2",
    "k8s://*/app, 0 1",
    "web*, ''",
    "shop, 9",
    "default/shop, 9",
    "containerd://shop, 9",
    "sho, ''"
  })
  void a_name_means(String typed, String ids) {
    List<String> wanted = ids.isEmpty() ? List.of() : List.of(ids.split(" "));

    assertEquals(
        wanted,
        meant(typed).stream().map(id -> id.length() == 64 ? id.substring(0, 1) : id).toList());
  }

  @Test
  void an_id_may_be_cut_short_where_only_one_begins_so() {
    for (String typed :
        List.of("cri://" + ONE, "cri://11", "11", "k8s://11", "containerd://k8s.io/" + ONE)) {
      assertEquals(List.of(ONE), meant(typed), typed);
    }
    assertEquals(List.of(ONE), meant("containerd://k8s.io/111"));
    assertEquals(List.of(), meant("containerd://default/111"));
    assertEquals(List.of(IN_K8S_IO), meant("cri://55"));
    assertEquals(List.of(), meant("k8s://55"));
    assertEquals(List.of(), meant("cri://99"));
    assertEquals(List.of(), meant("00"));
    assertEquals(List.of(OLD), meant(OLD));
  }

  @Test
  void a_pods_default_is_meant() {
    assertEquals(List.of(TWO), meant("k8s://prod/pair", TWO));
    assertEquals(List.of(ONE), meant("k8s://prod/pair/app", TWO));
  }
}
