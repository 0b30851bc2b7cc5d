package dev.dbg.resolve.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogAdviceTest {
  /** The schemes and the names are those that runtimes give their containers. */
  @ParameterizedTest
  @CsvSource({
    "nspawn, web, journalctl -M web, machinectl status web",
    "unit, web.service, journalctl -u web.service, systemctl status web.service",
    "containerd, default/web, nerdctl -n default logs ID, nerdctl -n default inspect ID",
    "k8s, shop/web-1/app, kubectl logs -n shop web-1 -c app, crictl inspect ID",
    "k8s, shop/web-1/app, kubectl logs -n shop web-1, kubectl describe pod -n shop web-1",
    "lxc, web, lxc.console.logfile, lxc-info -n web",
    "incus, web, incus console --show-log web, incus info web",
    "incus, lab/web, incus --project lab console --show-log web, incus --project lab info web",
    "pid, 4711, lsof, a bare process",
  })
  void each_runtime_has_its_own_advice(String runtime, String name, String log, String status) {
    Target target = Samples.container(runtime, name, "", Map.of());
    assertSays(LogAdvice.of(target), log, target);
    assertSays(LogAdvice.ofStatus(target), status, target);
  }

  @ParameterizedTest
  @CsvSource({
    "nspawn, web, journalctl -D /var/lib/machines/web/var/log/journal, machinectl image-status web",
  })
  void of_one_that_does_not_run_there_is_other_advice(
      String runtime, String name, String log, String status) {
    Target target = Samples.container(runtime, name, "", Map.of()).ended();
    assertSays(LogAdvice.of(target), log, target);
    assertSays(LogAdvice.ofStatus(target), status, target);
  }

  @ParameterizedTest
  @CsvSource({
    "docker, sudo -u una env DOCKER_HOST=unix:///run/user/1007/docker.sock docker logs ID",
    "podman, sudo -u una podman logs ID",
  })
  void of_a_users_container_the_users_engine_is_asked(String runtime, String line) {
    Target target = Samples.container(runtime, "web", "", Map.of());
    assertEquals(
        line.replace("ID", target.shortId()),
        LogAdvice.ofUsers(target, new Target.Owner(new Uid(1007), "una"), "logs"));
  }

  @ParameterizedTest
  @CsvSource({
    "docker, true, true",
    "podman, true, true",
    "k8s, false, true",
    "containerd, false, false",
    "lxc, false, false",
  })
  void what_dbg_itself_tells_depends_on_the_runtime(String runtime, boolean status, boolean log) {
    Target target = Samples.container(runtime, "a/b/c", "", Map.of());
    assertEquals(status, LogAdvice.isStatusTold(target));
    assertEquals(log, LogAdvice.isLogRead(target));
  }

  private static void assertSays(String advice, String expected, Target target) {
    assertTrue(advice.contains(expected.replace("ID", target.shortId())), advice);
    assertFalse(advice.contains("null"), advice);
  }
}
