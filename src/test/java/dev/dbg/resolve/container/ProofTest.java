package dev.dbg.resolve.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.process.ProcDir;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProofTest {
  @ParameterizedTest
  @CsvSource({
    "12:cpu:/lxc.payload.web, true",
    "12:cpu:/lxc.payload.web/system.slice, true",
    "0::/lxc.payload.web, true",
    "1:name=systemd:/lxc.payload.web, true",
    "12:cpu:/lxc.payload.web-1, false",
    "12:cpu:/my-lxc.payload.web, false",
    "12:lxc.payload.web:/, false",
    "lxc.payload.web, false"
  })
  void a_group_is_compared_with_whole_elements(String line, boolean holds) {
    assertEquals(holds, Proof.GroupElement.has(line + "\n", "lxc.payload.web"));
  }

  @Test
  void an_id_that_any_path_may_contain_proves_nothing() throws Exception {
    try (ProcDir self = ProcDir.ofThisThread()) {
      assertFalse(new Proof.GroupOfId("/").holds(self));
      assertFalse(new Proof.GroupOfId("").holds(self));
    }
  }

  @Test
  void a_start_proves_a_process_that_is_not_younger() throws Exception {
    try (ProcDir self = ProcDir.ofThisThread()) {
      assertTrue(new Proof.NotYounger(Instant.now().toString()).holds(self));
      assertFalse(new Proof.NotYounger("2001-01-01T00:00:00Z").holds(self));
      assertFalse(new Proof.NotYounger("soon").holds(self));
      assertFalse(new Proof.AnyOf(List.of()).holds(self));
    }
  }
}
