package dev.dbg.resolve.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.Pid;
import dev.dbg.model.Uid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvidenceTest {
  private static final String ID = "0123456789abcdef".repeat(4);

  @Test
  void an_inode_is_that_of_one_process() throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try (PidFd process = PidFd.open(ThisProcess.pid());
        PidFd others = PidFd.open(new Pid((int) other.pid()));
        ProcDir self = ProcDir.ofThisThread()) {
      assertEquals(Optional.of(ThisProcess.pid()), process.pid());
      assumeTrue(process.inode().isPresent(), "a kernel without pidfs");
      Evidence evidence = new Evidence.Handed(process.inode().get());
      assertEquals(Evidence.Judgement.PROVED, evidence.of(process, self));
      assertEquals(Evidence.Judgement.UNPROVED, evidence.of(others, self));
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void a_start_is_that_of_one_process() throws Exception {
    try (PidFd process = PidFd.open(ThisProcess.pid());
        ProcDir self = ProcDir.open(ThisProcess.pid())) {
      long tick = self.startTime();
      assertEquals(Evidence.Judgement.PROVED, new Evidence.StartedIn(tick).of(process, self));
      assertEquals(Evidence.Judgement.UNPROVED, new Evidence.StartedIn(tick + 1).of(process, self));
    }
  }

  @Test
  void an_answer_that_is_used_again_is_about_the_process_that_it_was_about() throws Exception {
    try (PidFd process = PidFd.open(ThisProcess.pid());
        ProcDir self = ProcDir.open(ThisProcess.pid())) {
      long tick = self.startTime();
      assertEquals(
          Evidence.Judgement.PROVED,
          new Evidence.SameStart(Evidence.NUMBER, tick).of(process, self));
      assertEquals(
          Evidence.Judgement.UNPROVED,
          new Evidence.SameStart(Evidence.NONE, tick).of(process, self));
      assertEquals(
          Evidence.Judgement.PAST,
          new Evidence.SameStart(Evidence.NUMBER, tick - 1).of(process, self));
    }
  }

  @Test
  void without_a_group_nothing_is_proved() throws Exception {
    try (PidFd process = PidFd.open(ThisProcess.pid());
        ProcDir self = ProcDir.ofThisThread()) {
      assertEquals(Evidence.Judgement.UNPROVED, Evidence.NONE.of(process, self));
      for (String path : List.of("/docker/" + ID, "/nobody-has-this-group")) {
        Evidence evidence = new Evidence.InGroup(List.of(path)).orAs(() -> List.of(path + "/more"));
        assertEquals(Evidence.Judgement.UNPROVED, evidence.of(process, self));
      }
    }
  }

  @Test
  void the_groups_that_files_name_are_asked_for_where_the_usual_ones_do_not_fit() throws Exception {
    try (PidFd process = PidFd.open(ThisProcess.pid());
        ProcDir self = ProcDir.ofThisThread()) {
      boolean[] asked = {false};
      Evidence evidence =
          new Evidence.InGroup(List.of("/docker/" + ID))
              .orAs(
                  () -> {
                    asked[0] = true;
                    return List.of();
                  });
      assertNotEquals(Evidence.Judgement.PROVED, evidence.of(process, self));
      assertEquals(true, asked[0]);
    }
  }

  /** The owner's words fit: they are the owner's. */
  @Test
  void what_an_owner_says_proves_nothing_about_a_process_of_others() throws Exception {
    try (PidFd process = PidFd.open(ThisProcess.pid());
        ProcDir self = ProcDir.ofThisThread()) {
      Evidence evidence =
          new Evidence.OfOwner(new Uid(4242), "/", Optional.of(Instant.now().toString()));
      assertEquals(Evidence.Judgement.NOT_THEIRS, evidence.of(process, self));
    }
  }

  @Test
  void the_groups_that_engines_make_are_whole_paths() {
    assertEquals(
        List.of("/docker/" + ID, "/system.slice/docker-" + ID + ".scope"),
        GroupPaths.docker(ID, ""));
    assertEquals(List.of("/ci/jobs/" + ID), GroupPaths.docker(ID, "/ci/jobs/"));
    assertEquals(
        List.of("/ci.slice/ci-jobs.slice/docker-" + ID + ".scope", "/ci-jobs.slice/" + ID),
        GroupPaths.docker(ID, "ci-jobs.slice"));
    assertEquals(
        List.of("/libpod_parent/libpod-" + ID, "/machine.slice/libpod-" + ID + ".scope"),
        GroupPaths.podman(ID, ""));
    assertEquals(
        List.of(
            "/machine.slice/machine-p.slice/libpod-" + ID + ".scope",
            "/machine-p.slice/libpod-" + ID),
        GroupPaths.podman(ID, "machine-p.slice"));
  }

  @Test
  void a_bundle_names_a_group_that_is_for_its_container_alone() {
    assertEquals(
        Optional.of("/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + ID + ".scope"),
        GroupPaths.ofBundle("kubepods-pod1.slice:cri-containerd:" + ID, ID));
    assertEquals(
        Optional.of("/system.slice/nerdctl-web.scope"), GroupPaths.ofBundle(":nerdctl:web", "web"));
    assertEquals(Optional.of("/default/web"), GroupPaths.ofBundle("/default/web", "web"));
    assertEquals(
        Optional.of("/a.service/libpod-payload-" + ID),
        GroupPaths.ofBundle("/a.service/libpod-payload-" + ID, ID));
    for (String other :
        List.of(
            "",
            "/",
            "/default",
            "/default/web-1",
            "/default/my-web",
            "default/web",
            "system.slice:nerdctl:web-1",
            "system:nerdctl:web",
            "a/b.slice:nerdctl:web")) {
      assertFalse(GroupPaths.ofBundle(other, "web").isPresent(), other);
    }
  }
}
