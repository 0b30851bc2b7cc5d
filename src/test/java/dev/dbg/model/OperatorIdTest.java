package dev.dbg.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.OperatorId.ClusterUser;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperatorIdTest {
  @Test
  void a_user_of_the_cluster_is_the_name_and_not_the_agents_number() {
    Operator alice = Samples.ofCluster("alice", "sre");

    assertEquals(new ClusterUser("alice"), alice.id());
    assertEquals("kube:alice", alice.user());
    assertEquals(List.of("kube:sre"), alice.groupNames());
    assertNotEquals(alice.id(), Samples.operator("agent").id());
    assertNotEquals(alice.id(), Samples.ofCluster("bob").id());
    assertEquals(alice.id(), Samples.ofCluster("alice").id());
  }

  /** Nobody in the cluster has root's rights, were the agent root. */
  @Test
  void a_user_of_the_cluster_is_never_root() {
    Operator root = Operator.supposed(Uid.ROOT, "root", List.of());

    assertTrue(root.isRoot());
    assertFalse(root.onBehalf(Samples.object("root", "system:masters")).isRoot());
  }

  @Test
  void a_name_with_the_mark_is_supposed_to_be_of_the_cluster() {
    assertEquals(
        new ClusterUser("alice"), Operator.supposed(new Uid(1000), "kube:alice", List.of()).id());
    assertEquals(new Uid(1000), Operator.supposed(new Uid(1000), "alice", List.of()).id());
  }

  /** Whoever may make one in a namespace may make thousands. */
  @Test
  void all_service_accounts_of_a_namespace_count_as_one() {
    ClusterUser shop = new ClusterUser("system:serviceaccount:shop:*");

    assertEquals(shop, new ClusterUser("system:serviceaccount:shop:robot").counted());
    assertEquals(shop, new ClusterUser("system:serviceaccount:shop:x\ny").counted());
    assertNotEquals(shop, new ClusterUser("system:serviceaccount:vault:robot").counted());
    assertEquals(new ClusterUser("alice"), new ClusterUser("alice").counted());
    assertEquals(
        new ClusterUser("oidc:system:serviceaccount:shop:robot"),
        new ClusterUser("oidc:system:serviceaccount:shop:robot").counted());
  }

  @Test
  void a_token_is_plain_whatever_the_name() {
    assertEquals("1000", new Uid(1000).token());
    assertEquals("kube-2bd806c97f0e00af", new ClusterUser("alice").token());
    assertTrue(
        new ClusterUser("system:serviceaccount:shop:x\n../y").token().matches("kube-[0-9a-f]{16}"));
  }
}
