package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.file.FileStamp;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a shim's answer means, and what a bundle may claim. */
class ShimTest {
  private static Bundle bundle(String namespace, Map<String, String> annotations) {
    return new Bundle(
        namespace,
        "web",
        annotations,
        "/default/web",
        Optional.empty(),
        42,
        0,
        new FileStamp(1, 1));
  }

  private static ProtobufFields answer(String id, long pid, long status) throws IOException {
    return ProtobufFields.of(
        new ProtobufMessage().with(1, id).with(3, pid).with(4, status).bytes());
  }

  @ParameterizedTest
  @CsvSource({
    "42, 2, running, 42",
    "42, 4, paused, 42",
    "42, 5, paused, 42",
    "42, 0, ended, 0",
    "42, 1, ended, 0",
    "42, 3, ended, 0",
    "42, 9, ended, 0",
    "0, 2, ended, 0",
    "-1, 2, ended, 0",
    "2147483648, 2, ended, 0",
    "4294967338, 2, ended, 0"
  })
  void a_state_is_read(long pid, long status, String word, int entered) throws IOException {
    assertEquals(
        new Shim.TaskState(word, entered),
        Shim.state(bundle("default", Map.of()), answer("web", pid, status)));
  }

  @Test
  void an_answer_about_another_container_is_refused() {
    IOException refusal =
        assertThrows(
            IOException.class,
            () -> Shim.state(bundle("default", Map.of()), answer("web-1", 42, 2)));

    assertTrue(
        String.valueOf(refusal.getMessage()).contains("another container"), refusal::getMessage);
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
