package dev.dbg.audit.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.FittedRecord;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.model.Operator;
import dev.dbg.model.Samples;
import org.junit.jupiter.api.Test;

class RefusalQuotaTest {
  private final RefusalQuota quota = new RefusalQuota();

  private static FittedRecord refusal(Operator operator) {
    return FittedRecord.of(RecordBuilder.of(Event.DENIED).with(operator));
  }

  private boolean isUsedUpBy(Operator operator) {
    int times = 0;
    while (times < 10_000 && quota.takes(refusal(operator), 0)) {
      times++;
    }
    return times > 0;
  }

  @Test
  void each_user_has_a_quota_and_so_has_each_of_the_cluster() {
    assertTrue(isUsedUpBy(Samples.operator("ann")));
    assertFalse(isUsedUpBy(Samples.operator("ann")));
    assertTrue(isUsedUpBy(Samples.ofCluster("alice")));
    assertFalse(isUsedUpBy(Samples.ofCluster("alice")));
    assertTrue(isUsedUpBy(Samples.ofCluster("bob")));
  }

  @Test
  void all_service_accounts_of_a_namespace_have_one() {
    assertTrue(isUsedUpBy(Samples.ofCluster("system:serviceaccount:shop:one")));
    assertFalse(isUsedUpBy(Samples.ofCluster("system:serviceaccount:shop:two")));
    assertTrue(isUsedUpBy(Samples.ofCluster("system:serviceaccount:vault:one")));
  }

  @Test
  void whom_it_is_counted_to_is_not_whom_it_names() {
    assertEquals(
        "kube:system:serviceaccount:shop:one",
        refusal(Samples.ofCluster("system:serviceaccount:shop:one")).author().user());
  }
}
