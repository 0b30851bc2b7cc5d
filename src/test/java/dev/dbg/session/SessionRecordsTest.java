package dev.dbg.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.record.FittedRecord;
import dev.dbg.authorize.Rights;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.model.Samples;
import dev.dbg.policy.Asked;
import dev.dbg.tools.Shipped;
import dev.dbg.wire.Request;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the records of a request have in common. */
class SessionRecordsTest {
  /** A long record has the first of them, and an auditor may read by them. */
  @Test
  void the_groups_that_the_policy_names_come_first_and_those_without_a_name_last()
      throws Exception {
    Rights rights =
        new Rights(
            Asked.policy(
                Set.of("ss"),
                """
                [[rule]]
                who = ["group:ops", "user:a"]
                containers = ["*"]
                namespaces = ["net"]
                tools = ["ss"]

                [[audit-access]]
                who = ["group:lead"]
                operators = ["group:sec", "user:b"]
                """),
            Shipped.catalogue());
    Request request =
        new Request(new Terminal.Size(0, 0), Set.of(), Map.of(), "/", List.of("web", "ss"));
    String record =
        FittedRecord.of(
                new SessionRecords(
                        Samples.operator("ann", "100001", "lead", "ann", "ops", "99", "sec"),
                        request,
                        rights)
                    .mistyped("why", 125))
            .toString();
    assertTrue(
        record.contains("\"groups\":[\"sec\",\"ops\",\"ann\",\"lead\",\"100001\",\"99\"]"), record);
  }
}
