package dev.dbg.resolve.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.Pid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

  @ParameterizedTest
  @CsvSource({
    "0::/system.slice/web.service, true",
    "0::/system.slice/web.service/payload, true",
    "1:name=systemd:/system.slice/web.service, true",
    "0::/system.slice/web.service-1, false",
    "0::/user.slice/user-1000.slice/user@1000.service/system.slice/web.service, false",
    "0::/system.slice, false",
    "/system.slice/web.service, false"
  })
  void a_path_is_compared_from_its_beginning(String line, boolean holds) {
    assertEquals(holds, Proof.GroupPath.has(line + "\n", "/system.slice/web.service"));
  }

  @Test
  void an_inode_is_that_of_one_process() throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try (PidFd process = PidFd.open(ThisProcess.pid());
        PidFd others = PidFd.open(new Pid((int) other.pid()));
        ProcDir self = ProcDir.ofThisThread()) {
      assertEquals(Optional.of(ThisProcess.pid()), process.pid());
      if (process.inode().isEmpty()) {
        return; // A kernel without pidfs.
      }
      Proof proof = new Proof.Inode(process.inode().get());
      assertTrue(proof.holds(process, self));
      assertFalse(proof.holds(others, self));
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void an_id_that_any_path_may_contain_proves_nothing() throws Exception {
    try (PidFd process = PidFd.open(ThisProcess.pid());
        ProcDir self = ProcDir.ofThisThread()) {
      assertFalse(new Proof.GroupOfId("/").holds(process, self));
      assertFalse(new Proof.GroupOfId("").holds(process, self));
    }
  }

  @Test
  void a_start_proves_a_process_that_is_not_younger() throws Exception {
    try (PidFd process = PidFd.open(ThisProcess.pid());
        ProcDir self = ProcDir.ofThisThread()) {
      assertTrue(new Proof.NotYounger(Instant.now().toString()).holds(process, self));
      assertFalse(new Proof.NotYounger("2001-01-01T00:00:00Z").holds(process, self));
      assertFalse(new Proof.NotYounger("soon").holds(process, self));
      assertFalse(new Proof.AnyOf(List.of()).holds(process, self));
    }
  }
}
