package dev.dbg.resolve.log;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogAdviceTest {
  /** The schemes are those that runtimes give their containers. */
  @ParameterizedTest
  @CsvSource({
    "nspawn, journalctl -M web, machinectl status web",
    "unit, journalctl -u web, systemctl status web",
    "containerd, nerdctl logs web, crictl inspect",
    "k8s, nerdctl logs web, crictl inspect",
    "lxc, lsof, lxc-info -n web",
    "pid, lsof, a bare process",
  })
  void each_runtime_has_its_own_advice(String runtime, String log, String status) {
    Target target = Samples.container(runtime, "web", "", Map.of());
    assertTrue(LogAdvice.of(target).contains(log), LogAdvice.of(target));
    assertTrue(LogAdvice.ofStatus(target).contains(status), LogAdvice.ofStatus(target));
  }
}
