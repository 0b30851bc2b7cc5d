package dev.dbg.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.policy.rule.ContainerPattern;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patterns for containers whose names have parts. */
class PodPatternsTest {
  private static Target target(String runtime, String name) {
    return new Target(
        runtime,
        Optional.empty(),
        "1".repeat(64),
        name,
        Image.NONE,
        Optional.empty(),
        "running",
        42,
        ResolvedBy.API);
  }

  @ParameterizedTest
  @CsvSource({
    "k8s://prod/shop, true, true",
    "k8s://prod/*, true, true",
    "k8s://*, true, true",
    "k8s://prod/sh*, true, true",
    "k8s://prod/*p, true, true",
    "k8s://*/app, false, true",
    "k8s://prod/*app, false, true",
    "k8s://prod/sho, false, false",
    "k8s://prod/shop/app, true, true",
    "k8s://prod/shop/*, true, true",
    "k8s://prod/shop/ap, false, false",
    "k8s://test/*, false, false",
    "k8s:prod, true, true",
    "k8s:pro, false, false",
    "k8s:p*, true, true",
    "prod/shop/app, true, true",
    "prod/*, true, true",
    "prod/shop, false, false",
    "containerd://*, false, false",
    "runtime:k8s, true, true",
    "label:app, false, true"
  })
  void a_pattern_reaches_a_pods_container(String pattern, boolean reaches, boolean spares) {
    ContainerPattern parsed = ContainerPattern.parse(pattern);
    Target container = target("k8s", "prod/shop/app");

    assertEquals(reaches, parsed.matches(container));
    assertEquals(spares, parsed.spares(container));
  }

  /** An image may have the label too, and whoever runs it need not know. */
  @Test
  void the_label_of_a_namespace_counts_for_what_a_kubelet_named_and_as_an_exception_for_all() {
    ContainerPattern prod = ContainerPattern.parse("k8s:prod");
    Map<String, String> labels = Map.of("io.kubernetes.pod.namespace", "prod");
    Target unknown = target("docker", "k8s_app");

    assertEquals(false, prod.matches(unknown));
    assertEquals(true, prod.spares(unknown));
    assertEquals(true, prod.matches(Samples.container("docker", "k8s_app_a_prod_1_0", "", labels)));
    for (String runtime : List.of("docker", "podman", "containerd")) {
      String name = runtime.equals("docker") ? "app" : "k8s_app_a_prod_1_0";
      assertEquals(false, prod.matches(Samples.container(runtime, name, "", labels)), runtime);
      assertEquals(true, prod.spares(Samples.container(runtime, name, "", labels)), runtime);
    }
  }

  /** Who has the node pull an image by another name chooses which name containerd tells. */
  @Test
  void an_exception_for_images_holds_for_each_pods_container() {
    ContainerPattern vault = ContainerPattern.parse("image:*vault*");
    Map<String, String> ofDockers = Map.of("io.kubernetes.pod.namespace", "prod");

    assertTrue(vault.spares(Samples.podContainer("prod/vault/app", "7")));
    assertTrue(vault.spares(Samples.container("k8s", "prod/vault/app", "a.example/x:1", Map.of())));
    assertTrue(vault.spares(Samples.container("docker", "k8s_app", "a.example/x:1", ofDockers)));
    assertFalse(vault.spares(Samples.container("docker", "app", "a.example/x:1", Map.of())));
    assertTrue(
        ContainerPattern.parse("image:example.org/*")
            .matches(Samples.podContainer("prod/shop/app", "7")));
  }

  @ParameterizedTest
  @CsvSource({
    "sha256:5f5f5f5f5f5f, true",
    "5f5f5f5f5f5f, true",
    "5f, true",
    "5f:1, false",
    "sha256:x, false",
    "corp/5f, false",
    "app, false"
  })
  void an_id_is_not_the_name_of_an_image(String name, boolean spared) {
    Target container = Samples.container("docker", "app", name, Map.of());

    assertEquals(spared, ContainerPattern.parse("image:*vault*").spares(container));
  }

  /** A name covers all only if no container that has it as its own escapes the pattern. */
  @ParameterizedTest
  @CsvSource({
    "k8s://prod/shop, k8s://prod/shop/app, true",
    "k8s://prod/shop, k8s://prod/shop, true",
    "k8s://prod/shop, k8s://shop, false",
    "k8s://prod/shop, prod/shop/app, false",
    "k8s://prod/shop, cri://abc, false",
    "k8s://prod/shop, abc, false",
    "k8s://prod/shop, k8s://abc, false",
    "k8s://prod/shop/app, k8s://prod/shop, false",
    "k8s://prod/shop/app, k8s://prod/shop/app, true",
    "k8s://*, k8s://shop, true",
    "k8s://*, k8s://abc, true",
    "k8s://prod/*, k8s://test/shop/prod, false",
    "shop*, k8s://shop, true",
    "*, k8s://shop, true"
  })
  void a_name_is_covered(String pattern, String typed, boolean covered) {
    assertEquals(covered, ContainerPattern.parse(pattern).coversAll(TargetName.parse(typed)));
  }

  /** Whatever finds a container that a pattern reaches must be looked up for it. */
  @Test
  void no_name_of_a_container_is_refused_unlooked() {
    for (String typed :
        List.of("shop", "prod/shop", "prod/shop/app", "k8s://prod/shop", "cri://1", "111")) {
      for (String pattern : List.of("k8s://prod/shop", "prod/*", "*", "k8s:prod", "label:app")) {
        assertTrue(
            ContainerPattern.parse(pattern).mightFind(TargetName.parse(typed)),
            pattern + " " + typed);
      }
    }
  }

  @Test
  void cri_is_no_scheme_of_a_containers_name() {
    assertThrows(IllegalArgumentException.class, () -> ContainerPattern.parse("cri://abc"));
  }
}
