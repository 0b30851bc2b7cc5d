package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.kernel.file.FileStamp;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a bundle may claim. */
class PodContainerTest {
  private static Bundle bundle(String namespace, Map<String, String> annotations) {
    return new Bundle(namespace, "web", annotations, "/default/web", 42, 0, new FileStamp(1, 1));
  }

  @Test
  void only_the_namespace_of_the_cri_has_pods() {
    String cri = "io.kubernetes.cri.";
    Map<String, String> pods =
        Map.of(
            cri + "sandbox-namespace", "prod",
            cri + "sandbox-name", "shop",
            cri + "container-name", "app",
            cri + "sandbox-id", "1");

    assertEquals("prod/shop/app", PodContainer.of(bundle("k8s.io", pods)).orElseThrow().name());
    assertEquals(Optional.empty(), PodContainer.of(bundle("default", pods)));
    assertEquals(Optional.empty(), PodContainer.sandbox(bundle("default", pods)));
  }

  /** Exceptions for pods are by names, which it has not got; labels it has, of the pod's maker. */
  @Test
  void a_pods_sandbox_is_no_container_and_says_where_the_pods_logs_are() {
    String cri = "io.kubernetes.cri.";
    Bundle sandbox =
        bundle("k8s.io", Map.of(cri + "container-type", "sandbox", cri + "sandbox-id", "1"));
    ContainerdCache known = new ContainerdCache(new ContainerdApi(Path.of("/nonexistent")));
    ContainerdIndex index = ContainerdIndex.of(List.of(sandbox), known, true);

    assertEquals(List.of(), index.all());
    assertEquals(List.of(sandbox), List.copyOf(index.byId().values()));
  }

  @ParameterizedTest
  @CsvSource({"a/b", "''", "A", "a*", "-a", "a_b"})
  void a_name_that_kubernetes_does_not_permit_makes_no_pod(String name) {
    String cri = "io.kubernetes.cri.";
    Map<String, String> pods =
        Map.of(
            cri + "sandbox-namespace", "prod",
            cri + "sandbox-name", name,
            cri + "container-name", "app");

    assertEquals(Optional.empty(), PodContainer.of(bundle("k8s.io", pods)));
  }
}
