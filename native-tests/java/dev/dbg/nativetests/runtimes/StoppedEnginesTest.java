package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.engine.OwnDocker;
import dev.dbg.nativetests.scene.engine.OwnPodman;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Docker and Podman, each stopped by a signal: they take requests, and answer none. */
@Tag("native")
@Tag("whole")
final class StoppedEnginesTest {
  private static @Nullable OwnDocker docker;
  private static @Nullable OwnPodman podman;

  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING.replace("tools = [", "tools = [\"logs\", "))
          .asking(
              own ->
                  "docker = [\"%s\"]\npodman = [\"%s\"]\ndocker-state = [\"%s\"]\npodman-state = [\"%s\"]"
                      .formatted(
                          docker().engine().socket(),
                          podman().engine().socket(),
                          docker().engine().state(),
                          podman().engine().state()));

  /** It reads no state on the disk. */
  @RegisterExtension
  static final Host asking =
      Host.with(Host.EVERYTHING)
          .asking(
              own ->
                  "docker = [\"%s\"]\npodman = [\"%s\"]"
                      .formatted(docker().engine().socket(), podman().engine().socket()));

  /** An engine, and how it is stopped and continued. */
  private record Stoppable(Engine engine, Runnable stop, Runnable goOn) {
    @Override
    public String toString() {
      return engine.scheme();
    }
  }

  static Stream<Stoppable> engines() {
    return Stream.of(
        new Stoppable(docker().engine(), docker()::freezes, docker()::thaws),
        new Stoppable(podman().engine(), podman()::freezes, podman()::thaws));
  }

  private static OwnDocker docker() {
    OwnDocker own = docker;
    if (own == null) {
      own = OwnDocker.start("stopped-docker");
      docker = own;
    }
    return own;
  }

  private static OwnPodman podman() {
    OwnPodman own = podman;
    if (own == null) {
      own = OwnPodman.start("stopped-podman");
      podman = own;
    }
    return own;
  }

  @AfterAll
  static void end() {
    Objects.requireNonNull(docker).close();
    Objects.requireNonNull(podman).close();
  }

  /** The end of the connection is the end of a log, and that of the container is another. */
  @Test
  void a_followed_log_that_a_restart_of_the_engine_cuts_off_does_not_look_like_its_end() {
    Container container =
        podman()
            .engine()
            .starts("dbgt-cut", List.of(), "/act", "say", "one", ".")
            .prints("waiting");
    Running following = host.ann().starts("logs -f dbgt-cut").prints("waiting");

    podman().restarts();

    String cut = "the log is cut off: its runtime ended it, and dbgt-cut still runs: type it again";
    following.ends().exits(DBG_FAILED).says("dbg: " + cut).prints("one\nwaiting\n");
    host.audit().last("result").says("/outcome/failed", cut);
    container.isKilled();
    host.ann().runs("logs -f dbgt-cut").exits(0).prints("one\nwaiting\n");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void containers_of_a_stopped_engine_are_found_and_listed(Stoppable one) {
    String name = "dbgt-" + one.engine().scheme();
    Container container = one.engine().starts(name, "--hostname", "one");
    Container _ = one.engine().starts(name + "-1", "--hostname", "another");
    // What nsenter needs to know, the engine does not tell while it is stopped.
    Ran seen = nsenter(container, "-n", "-u", "hostname");
    Ran files = nsenter(container, "-m", "/look", "directory", "/");
    long pid = container.pid();
    one.stop().run();
    try {
      asking
          .ann()
          .runs(name + " uts -- hostname")
          .fails(DBG_FAILED, " does not answer at " + one.engine().socket());
      host.ann()
          .runs(name + " net,uts -- hostname")
          .says("state on the disk")
          .sees(seen)
          .leaves("intent")
          .says("/target/id", container.id())
          .says("/target/pid", pid)
          .says("/target/way", "disk");
      host.ann().runs(name + " mnt -- ls -1 /").sees(files);
      host.ann().runs(name + "-1 uts -- hostname").prints("another\n").isRecorded();
      host.ann().runs(name + "- uts -- hostname").fails(DBG_FAILED, "no container");
      assertTrue(host.ann().runs("ps").exits(0).out().contains(name + " "));
    } finally {
      one.goOn().run();
    }
    Patience.until(
        "it is asked again",
        () ->
            !host.ann()
                .runs(name + " uts -- hostname")
                .exits(0)
                .leaves("intent")
                .text("/target/way")
                .equals("disk"));
  }
}
