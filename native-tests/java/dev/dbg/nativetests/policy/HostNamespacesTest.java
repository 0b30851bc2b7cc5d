package dev.dbg.nativetests.policy;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.target.Container;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A container that shares a namespace with the host gives access to the host. */
@Tag("native")
@Tag("whole")
final class HostNamespacesTest {
  @RegisterExtension
  static final Host host =
      Host.with(
          """
          [[rule]]
          who = ["user:dbgt-ann"]
          containers = ["dbgt-*", "pid://*"]
          namespaces = ["net", "uts"]
          tools = ["ip", "hostname"]

          [[rule]]
          who = ["user:dbgt-bob"]
          containers = ["dbgt-*"]
          namespaces = ["net"]
          tools = ["ip"]
          host-namespaces = true

          [[rule]]
          who = ["user:dbgt-ann"]
          containers = ["dbgt-*"]
          namespaces = ["net", "pid"]
          tools = ["lsof"]
          """);

  @Test
  void a_container_in_the_hosts_network_is_refused() {
    host.docker().starts("dbgt-host-net", List.of("--network=host"), "/act", "wait");

    host.ann()
        .runs("dbgt-host-net net -- ip link")
        .isRefused("shares net with the host", "host-namespaces = true");
  }

  @Test
  void a_rule_may_permit_it() {
    Container container =
        host.docker().starts("dbgt-host-net-2", List.of("--network=host"), "/act", "wait");

    host.bob()
        .runs("dbgt-host-net-2 net -- ip link show dev lo")
        .sees(nsenter(container, "-n", "ip", "link", "show", "dev", "lo"))
        .leaves("intent")
        .mentions("/decision/rule", "10-tests.toml:7");
  }

  /** Without the network it would list no socket, with no message and status 1. */
  @Test
  void options_about_sockets_are_refused_there_and_others_are_not() {
    host.docker().starts("dbgt-host-net-3", List.of("--network=host"), "/act", "wait");

    host.ann().runs("dbgt-host-net-3 -- lsof -nPi").isRefused("shares net with the host");
    host.ann().runs("dbgt-host-net-3 pid -- lsof -U").isRefused("lsof needs", "shows nothing");
    host.ann().runs("dbgt-host-net-3 -- lsof -p 1").exits(0);
  }

  @Test
  void only_the_shared_namespace_is_refused() {
    Container container =
        host.docker().starts("dbgt-host-uts", List.of("--uts=host"), "/act", "wait");

    host.ann().runs("dbgt-host-uts uts -- hostname").isRefused("shares uts with the host");
    host.ann().runs("dbgt-host-uts net -- ip link").sees(nsenter(container, "-n", "ip", "link"));
  }

  @Test
  void a_process_of_the_hosts_own_is_refused() {
    long own = ProcessHandle.current().pid();

    host.ann().runs("pid://" + own + " net -- ip link").isRefused("shares net with the host");
  }
}
