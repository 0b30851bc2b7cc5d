package dev.dbg.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import dev.dbg.policy.rule.ContainerPattern;
import dev.dbg.policy.rule.Decision;
import dev.dbg.toml.TomlMistake;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules for users of the cluster, and the two kinds of users kept apart. */
class ClusterRulesTest {
  private static final Target CONTAINER = Samples.podContainer("shop/web-1/app", "7");

  private static boolean permits(String who, Operator operator, String container)
      throws TomlMistake {
    String rule =
        """
        [[rule]]
        who = ["%s"]
        containers = ["%s"]
        namespaces = ["net"]
        tools = ["ss"]
        """
            .formatted(who, container);
    return Asked.policy(Set.of("ss"), rule)
            .ask(Asked.plainly(operator, Set.of(NamespaceKind.NET), "ss"))
            .decide(CONTAINER.inNamespace(Map.of("env", "prod")), Set.of())
        instanceof Decision.Permitted;
  }

  /** Refusals outnumber permissions. */
  @ParameterizedTest
  @CsvSource({
    "kube:alice, true",
    "kube-group:sre, true",
    "kube-group:system:authenticated, true",
    "kube:Alice, false",
    "kube:ali, false",
    "kube:sre, false",
    "kube-group:alice, false",
    "kube-group:kube:sre, false",
    "*, false",
    "user:alice, false",
    "user:kube:alice, false",
    "user:agent, false",
    "group:sre, false",
    "group:kube:sre, false",
    "group:agents, false",
    "uid:1000, false",
    "uid:0-4294967294, false"
  })
  void only_rules_that_name_the_cluster_are_for_its_users(String who, boolean permitted)
      throws TomlMistake {
    Operator alice = Samples.ofCluster("alice", "sre", "system:authenticated");

    assertEquals(permitted, permits(who, alice, "k8s://shop/*"));
  }

  @ParameterizedTest
  @CsvSource({
    "user:alice, true", //
    "group:sre, true",
    "*, true",
    "kube:alice, false",
    "kube-group:sre, false"
  })
  void rules_that_name_the_cluster_are_for_nobody_of_this_host(String who, boolean permitted)
      throws TomlMistake {
    assertEquals(permitted, permits(who, Samples.operator("alice", "sre"), "k8s://shop/*"));
  }

  @Test
  void a_user_of_this_host_whose_name_has_the_mark_is_none_of_the_cluster() throws TomlMistake {
    assertEquals(false, permits("kube:alice", Samples.operator("kube:alice"), "k8s://shop/*"));
    assertEquals(
        false, permits("kube-group:sre", Samples.operator("x", "kube:sre"), "k8s://shop/*"));
  }

  @ParameterizedTest
  @CsvSource({
    "namespace-label:env=prod, true, true",
    "namespace-label:env=p*, true, true",
    "namespace-label:env, true, true",
    "namespace-label:env=test, false, false",
    "namespace-label:team, false, false",
  })
  void the_labels_of_the_namespace_count(String pattern, boolean reaches, boolean spares)
      throws TomlMistake {
    ContainerPattern parsed = ContainerPattern.parse(pattern);
    Target known = CONTAINER.inNamespace(Map.of("env", "prod"));

    assertEquals(reaches, parsed.matches(known));
    assertEquals(spares, parsed.spares(known));
    assertEquals(reaches, permits("kube:alice", Samples.ofCluster("alice"), pattern));
    // Nobody has said what labels it has.
    assertEquals(false, parsed.matches(CONTAINER));
    assertEquals(true, parsed.spares(CONTAINER));
    // It is in no namespace.
    assertEquals(false, parsed.matches(Samples.container("web")));
    assertEquals(false, parsed.spares(Samples.container("web")));
  }

  @Test
  void an_exception_for_namespaces_labels_holds_for_pods_that_docker_runs() {
    ContainerPattern prod = ContainerPattern.parse("namespace-label:env=prod");
    Map<String, String> labels = Map.of("io.kubernetes.pod.namespace", "shop");

    assertEquals(true, prod.spares(Samples.container("docker", "k8s_app", "", labels)));
    assertEquals(false, prod.matches(Samples.container("docker", "k8s_app", "", labels)));
    // Its labels are not known.
    assertEquals(true, prod.spares(Samples.containerOnDiskOf("carol", "web")));
  }

  @Test
  void a_pattern_without_a_key_is_a_mistake() {
    assertThrows(
        IllegalArgumentException.class, () -> ContainerPattern.parse("namespace-label:=prod"));
  }

  /** Whoever may read everybody's records may read those of the cluster's users. */
  @Test
  void all_operators_are_also_the_clusters_but_only_where_records_are_read() throws TomlMistake {
    String access =
        """
        [[audit-access]]
        who = ["*"]
        operators = ["*"]
        containers = ["k8s://shop/*"]
        """;
    Policy policy = Asked.policy(Set.of("ss"), access);

    assertEquals(true, policy.auditReach(Samples.operator("ann"), Asked.NOON).isWide());
    assertEquals(false, policy.auditReach(Samples.ofCluster("alice"), Asked.NOON).isWide());
    assertEquals(
        Optional.empty(),
        policy
            .auditReach(Operator.supposed(new Uid(7), "kube:alice", List.of()), Asked.NOON)
            .accesses()
            .stream()
            .findFirst());
  }
}
