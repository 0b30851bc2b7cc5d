package dev.dbg.authorize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.Containers;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.TargetNotFound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodOfSessionTest {
  private static final Target APP = Samples.podContainer("shop/web-1/app", "7");

  private final List<Predicate<Target>> admitted = new ArrayList<>();

  /** Finds this, whatever is asked. */
  private final class Finding implements Containers<PinnedTarget> {
    private final Target target;

    Finding(Target target) {
      this.target = target;
    }

    @Override
    public PinnedTarget hold(TargetName name, Predicate<Target> seen, Need need) {
      admitted.add(seen);
      return PinnedTarget.unheld(target);
    }

    @Override
    public PinnedTarget holdSeen(TargetName name, Predicate<Target> seen, Need need) {
      return hold(name, seen, need);
    }

    @Override
    public <T> T running(Function<List<Target>, T> use) {
      return use.apply(
          List.of(
              APP,
              Samples.podContainer("shop/web-1/app", "8"),
              Samples.podContainer("shop/web-10/app", "7"),
              Samples.podContainer("vault/web-1/app", "7"),
              Samples.container("web-1")));
    }
  }

  private PodOfSession finding(Target target) {
    return new PodOfSession(new Finding(target), Samples.object("alice"));
  }

  private static PinnedTarget held(PodOfSession pod, String name) throws Exception {
    return pod.hold(TargetName.parse(name), _ -> true, Containers.Need.PROCESS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"k8s://shop/web-1/app", "k8s://shop/web-1"})
  void a_container_of_the_pod_is_found_with_its_namespaces_labels(String name) throws Exception {
    Target found = held(finding(APP), name).target();

    assertEquals("shop/web-1/app", found.name());
    assertEquals(Optional.of(Map.of("env", "prod")), found.pod().orElseThrow().namespaceLabels());
    assertTrue(admitted.getFirst().test(APP));
    assertFalse(admitted.getFirst().test(Samples.podContainer("vault/web-1/app", "7")));
    assertFalse(admitted.getFirst().test(Samples.container("web-1")));
  }

  /** No runtime is asked. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "k8s://vault/web-1/app",
        "k8s://shop/web-10/app",
        "k8s://shop/web",
        "k8s://shop/web-1x",
        "k8s://shop/*",
        "k8s://web-1",
        "shop/web-1/app",
        "web-1",
        "docker://shop/web-1/app",
        "containerd://k8s.io/x",
        "cri://7",
        "pid://1",
        "image://a"
      })
  void no_other_name_is_looked_for(String name) {
    TargetNotFound refused = assertThrows(TargetNotFound.class, () -> held(finding(APP), name));

    assertTrue(refused.message().contains("is not in k8s://shop/web-1"), refused.message());
    assertTrue(admitted.isEmpty());
  }

  @Test
  void a_pod_that_was_created_again_under_the_same_name_is_another_one() {
    TargetNotFound refused =
        assertThrows(
            TargetNotFound.class,
            () -> held(finding(Samples.podContainer("shop/web-1/app", "8")), "k8s://shop/web-1"));

    assertEquals(TargetNotFound.Cause.CHANGED, refused.kind());
  }

  /** Of an older containerd. */
  @Test
  void a_pod_whose_uid_is_not_known_is_not_entered() {
    assertThrows(
        TargetNotFound.class,
        () -> held(finding(Samples.podContainer("shop/web-1/app", "")), "k8s://shop/web-1"));
  }

  @Test
  void what_a_runtime_finds_beside_the_name_is_not_entered() {
    for (Target other :
        List.of(
            Samples.podContainer("vault/web-1/app", "7"),
            Samples.container("shop/web-1/app"),
            Samples.container("k8s", "shop/web-1/app", "", Map.of()))) {
      assertThrows(TargetNotFound.class, () -> held(finding(other), "k8s://shop/web-1/app"));
    }
  }

  @Test
  void of_what_runs_only_the_pods_containers_are_told() {
    List<String> names =
        finding(APP).running(targets -> targets.stream().map(Target::name).toList());

    assertEquals(List.of("shop/web-1/app"), names);
  }
}
