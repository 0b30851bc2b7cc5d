package dev.dbg.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.RawText;
import dev.dbg.model.Samples;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a container whose processes may be those of a sandbox, as gVisor's. */
class SandboxTest {
  private static List<String> said(String runtime) {
    return Messages.aboutSandbox(Samples.container("web").runBy(runtime)).stream().toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runsc",
        "kata",
        "krun",
        "io.containerd.runsc.v1",
        "io.containerd.kata.v2",
        "/usr/local/bin/runsc",
        "runc/runsc",
        "runc\n"
      })
  void a_runtime_that_may_be_one_is_named(String runtime) {
    assertEquals(
        List.of(
            "docker://web is run by "
                + RawText.quoted(runtime)
                + ", which may be a sandbox: if it is, tools see the sandbox's network, files and processes,"
                + " not the container's, which its engine's exec shows"),
        said(runtime));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "oci",
        "runc",
        "/usr/sbin/runc",
        "/usr/bin/crun",
        "crun",
        "youki",
        "docker-runc",
        "sysbox-runc",
        "nvidia",
        "/usr/bin/nvidia-container-runtime.cdi",
        "io.containerd.runc.v2",
        "io.containerd.runtime.v1.linux",
        "/usr/bin/containerd-shim-runc-v2"
      })
  void nothing_is_said_of_one_whose_processes_are_the_hosts(String runtime) {
    assertEquals(List.of(), said(runtime));
  }

  @Test
  void nothing_is_said_of_one_that_does_not_run() {
    assertEquals(
        Optional.empty(), Messages.aboutSandbox(Samples.container("web").runBy("runsc").ended()));
  }

  /** A user's own engine may have any name for it. */
  @Test
  void a_name_is_neither_long_nor_obeyed_by_a_terminal() {
    String message = said("\u001b]0;x\u0007" + "y".repeat(4000)).getFirst();
    assertEquals(message, RawText.printable(message));
    assertTrue(message.length() < 1000, message);
  }
}
