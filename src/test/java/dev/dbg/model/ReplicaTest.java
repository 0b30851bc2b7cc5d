package dev.dbg.model;

import static dev.dbg.model.Samples.container;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaTest {
  private static final String COMPOSE = "com.docker.compose.";

  private static Target compose(String project, String service, String number) {
    return container(
        "docker",
        project + "-" + service + "-" + number,
        "",
        Map.of(
            COMPOSE + "project",
            project,
            COMPOSE + "service",
            service,
            COMPOSE + "container-number",
            number,
            COMPOSE + "oneoff",
            "False"));
  }

  /** The labels that a real swarm gave. */
  private static Target swarm(String task) {
    return container(
        "docker",
        task,
        "",
        Map.of(
            "com.docker.swarm.service.name", "shop_web",
            "com.docker.swarm.task", "",
            "com.docker.swarm.task.name", task));
  }

  private static boolean means(String typed, Target target) {
    return Replica.of(target).filter(r -> r.isMeantBy(TargetName.parse(typed))).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "web, true",
    "compose://shop, true",
    "compose://shop/web, true",
    "compose://shop/web/2, true",
    "compose://shop/web/1, false",
    "compose://shop/web/02, false",
    "compose://shop/we, false",
    "compose://sho/web, false",
    "compose://web, false",
    "compose://shop/, false",
    "shop, false",
    "shop/web, false",
    "we, false",
    "web.2, false",
    "web-2, false",
    "docker://web, false",
    "podman://web, false",
  })
  void a_service_of_compose_is_meant_by(String typed, boolean meant) {
    assertEquals(meant, means(typed, compose("shop", "web", "2")));
  }

  @ParameterizedTest
  @CsvSource({
    "shop_web, true",
    "shop_web.2, true",
    "shop_web.1, false",
    "shop_web.20, false",
    "shop_web., false",
    "web, false",
    "compose://shop_web, false",
    "compose:///shop_web, false",
    "docker://shop_web, false",
  })
  void a_service_of_swarm_is_meant_by(String typed, boolean meant) {
    assertEquals(meant, means(typed, swarm("shop_web.2.xq6hit1dm68cza2o08rlsdjio")));
  }

  @Test
  void a_service_in_the_global_mode_has_no_slots() {
    Target task = swarm("shop_web.zmne8znhg7n7cu7l5zbfxf9yw.xnxzrfhk42gqlg5156qi0qfmw");
    assertEquals(0, Replica.of(task).orElseThrow().number());
    assertEquals(true, means("shop_web", task));
    assertEquals(false, means("shop_web.0", task));
  }

  @Test
  void podman_composes_own_labels_do_as_well() {
    Target target =
        container(
            "podman",
            "shop_web_1",
            "",
            Map.of("io.podman.compose.project", "shop", "io.podman.compose.service", "web"));
    assertEquals(true, means("web", target));
    assertEquals(true, means("compose://shop/web", target));
    assertEquals(false, means("compose://shop/web/1", target));
  }

  /** As the kubelet gives it to the containers that it has Docker run, and to their sandbox. */
  @Test
  void a_container_with_a_pods_label_is_no_replica() {
    Map<String, String> labels = Map.of(COMPOSE + "project", "shop", COMPOSE + "service", "web");
    Map<String, String> ofPod = new HashMap<>(labels);
    ofPod.put("io.kubernetes.pod.namespace", "any");

    assertEquals(true, means("web", container("docker", "k8s_POD_a", "", labels)));
    assertEquals(false, means("web", container("docker", "k8s_POD_a", "", ofPod)));
  }

  @Test
  void what_compose_runs_once_is_no_replica_for_those_who_type_its_service() {
    Target once =
        container(
            "docker",
            "shop-web-run-1",
            "",
            Map.of(
                COMPOSE + "project",
                "shop",
                COMPOSE + "service",
                "web",
                COMPOSE + "container-number",
                "1",
                COMPOSE + "oneoff",
                "True"));
    assertEquals(false, means("web", once));
    assertEquals(false, means("compose://shop/web/1", once));
    assertEquals(Optional.of("shop/web"), Replica.of(once).orElseThrow().path());
  }

  @Test
  void labels_with_a_slash_are_no_service() {
    assertEquals(Optional.empty(), Replica.of(compose("shop/web", "db", "1")));
    assertEquals(Optional.empty(), Replica.of(compose("shop", "web/db", "1")));
    assertEquals(Optional.empty(), Replica.of(compose("", "web", "1")));
  }

  @Test
  void running_ones_come_first_and_then_the_lowest_number() {
    Target first = compose("shop", "web", "1").ended();
    Target second = compose("shop", "web", "2");
    Target tenth = compose("shop", "web", "10");
    assertEquals(
        List.of(second, tenth, first),
        Stream.of(tenth, first, second).sorted(Replica.ORDER).toList());
  }
}
