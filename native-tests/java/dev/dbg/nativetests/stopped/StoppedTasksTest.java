package dev.dbg.nativetests.stopped;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Pods.Pod;
import dev.dbg.nativetests.scene.engine.Pods.PodOptions;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Task;
import dev.dbg.resolve.stopped.AlteredStopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Of containers of containerd that have no task, also in pods. */
@Tag("native")
@Tag("whole")
final class StoppedTasksTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["containerd://default/dbgt-*", "k8s://dbgt-prod/*"]
      except = ["*-vault", "label:vault"]
      namespaces = ["net", "mnt"]
      tools = ["ls", "cat", "ss"]
      stopped = true

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["containerd://default/dbgt-*", "k8s://dbgt-prod/*"]
      namespaces = ["net", "mnt"]
      tools = ["ls"]
      """;

  @RegisterExtension
  static final Host host = Host.with(POLICY).asking(own -> own.containerd().settings());

  @RegisterExtension
  static final Host takingMapped =
      Host.with(POLICY)
          .asking(own -> host.containerd().settings())
          .inWhich(AlteredStopped.TakingMapped.class);

  @RegisterExtension
  static final Host trustingAll =
      Host.with(POLICY)
          .asking(own -> host.containerd().settings())
          .inWhich(AlteredStopped.TrustingSnapshots.class);

  private static void write(Task task, String path, String text) throws IOException {
    Files.writeString(Path.of("/proc/" + task.pid() + "/root" + path), text);
  }

  /** Its container stays, with its snapshot. */
  private static void loses(String id) {
    String _ = host.containerd().ctr("default", "tasks", "kill", "--signal", "KILL", id);
    Patience.until(
        "its task can be deleted",
        () -> {
          Ran _ = Command.of(words("tasks", "delete", "--force", id)).run();
          return !host.containerd().ctr("default", "tasks", "list").contains(id);
        });
  }

  private static String[] words(String... words) {
    String[] all = new String[words.length + 5];
    String[] ctr = {"ctr", "--address", host.containerd().socket().toString(), "-n", "default"};
    System.arraycopy(ctr, 0, all, 0, ctr.length);
    System.arraycopy(words, 0, all, ctr.length, words.length);
    return all;
  }

  @Test
  void they_are_those_that_nsenter_showed_while_it_ran() throws IOException {
    Task task =
        host.containerd()
            .starts(
                "default",
                "dbgt-lost-left",
                "--mount",
                "type=bind,src=/srv,dst=/bound,options=rbind");
    write(task, "/left", "left\n");
    Ran root = nsenter(task, "-m", "/look", "directory", "/");
    loses("dbgt-lost-left");

    for (String name :
        new String[] {
          "containerd://default/dbgt-lost-left", "default/dbgt-lost-left", "dbgt-lost-left"
        }) {
      host.ann()
          .runs(name + " -- ls /")
          .sees(root)
          .says("is not running (ended)", "without what would be mounted at /bound")
          .leaves("intent")
          .says("/target/runtime", "containerd")
          .says("/target/name", "default/dbgt-lost-left")
          .says("/target/pid", 0);
      host.ann().runs(name + " -- cat /left").prints("left\n");
    }
    String whole = "containerd://default/dbgt-lost-left";
    host.ann().runs(whole + " -- ss -tln").isRefusedOrMissing();
    host.ann().runs(whole + " net,mnt -- ls /").isRefusedOrMissing();
    host.bob().runs(whole + " -- ls /").isRefusedOrMissing();
    assertTrue(host.ann().runs("ps --all").exits(0).out().contains("dbgt-lost-left"));
  }

  @Test
  void a_task_that_has_ended_and_is_still_there_is_enough() throws IOException {
    Task task = host.containerd().starts("default", "dbgt-lost-ended");
    write(task, "/left", "left\n");
    String _ =
        host.containerd().ctr("default", "tasks", "kill", "--signal", "KILL", "dbgt-lost-ended");

    Patience.until(
        "its files are shown",
        () -> host.ann().runs("dbgt-lost-ended -- cat /left").out().equals("left\n"));
    host.ann().runs("dbgt-lost-ended -- cat /left").prints("left\n").says("is not running");
  }

  /** As a kubelet leaves it after a crash, which starts the next attempt. */
  @Test
  void a_pods_last_attempt_is_shown_and_its_volumes_are_named() throws IOException {
    Pod pod = host.containerd().pods().starts("dbgt-prod", "dbgt-shop", PodOptions.NONE);
    for (int attempt = 0; attempt < 3; attempt++) {
      Task task = pod.starts("app", attempt, "/server");
      write(task, "/left", "of attempt " + attempt + "\n");
      pod.stops(task);
    }
    for (String name :
        new String[] {"k8s://dbgt-prod/dbgt-shop/app", "dbgt-prod/dbgt-shop", "k8s://dbgt-shop"}) {
      host.ann()
          .runs(name + " -- cat /left")
          .prints("of attempt 2\n")
          .says("is not running (ended)")
          .leaves("intent")
          .says("/target/name", "dbgt-prod/dbgt-shop/app");
    }
    host.ann().runs("k8s://dbgt-shop -- cat /etc/hostname").exits(0);

    Task _ = pod.starts("app", 3, "/server");
    host.ann().runs("k8s://dbgt-shop -- cat /left").exits(1);
  }

  @Test
  void a_hidden_one_is_refused_like_a_missing_one() {
    Task _ = host.containerd().starts("default", "dbgt-lost-vault");
    loses("dbgt-lost-vault");
    Task _ = host.containerd().starts("default", "dbgt-lost-labelled", "--label", "vault=yes");
    loses("dbgt-lost-labelled");
    for (String name : new String[] {"dbgt-lost-vault", "dbgt-lost-labelled"}) {
      for (String scheme : new String[] {"containerd://default/", ""}) {
        String hidden = host.ann().runs(scheme + name + " -- ls /").err();
        String missing =
            host.ann().runs(scheme + "dbgt-none" + name.substring(5) + " -- ls /").err();

        assertEquals(missing, hidden.replace(name, "dbgt-none" + name.substring(5)));
      }
    }
  }

  @Test
  void a_container_with_a_user_namespace_is_refused() {
    Task _ =
        host.containerd()
            .starts(
                "default",
                "dbgt-lost-mapped",
                "--uidmap=0:100000:65536",
                "--gidmap=0:100000:65536");
    loses("dbgt-lost-mapped");

    host.ann()
        .runs("dbgt-lost-mapped -- ls /")
        .fails(Ran.DBG_FAILED, "a user namespace")
        .prints("");
    takingMapped.ann().runs("dbgt-lost-mapped -- ls /").exits(0);
  }

  @Test
  void layers_among_which_others_can_write_are_refused() {
    Task _ = host.containerd().starts("default", "dbgt-lost-written");
    loses("dbgt-lost-written");
    String store = "root/io.containerd.snapshotter.v1.overlayfs/snapshots";
    String snapshots = host.containerd().state().resolveSibling(store).toString();
    String _ = Command.must("chmod", "o+w", snapshots);
    try {
      host.ann()
          .runs("dbgt-lost-written -- ls /")
          .fails(Ran.DBG_FAILED, "which others than root can write")
          .prints("");
      trustingAll.ann().runs("dbgt-lost-written -- ls /").exits(0);
    } finally {
      String _ = Command.must("chmod", "o-w", snapshots);
    }
  }

  @Test
  void a_container_without_a_snapshot_is_refused() throws IOException {
    Path root = Files.createDirectories(host.directory().resolve("rootfs"));
    String _ =
        host.containerd()
            .ctr("default", "containers", "create", "--rootfs", root.toString(), "dbgt-lost-bare");
    try {
      host.ann().runs("dbgt-lost-bare -- ls /").fails(Ran.DBG_FAILED, "no snapshot").prints("");
    } finally {
      host.containerd().removes("default", "dbgt-lost-bare");
    }
  }

  @Test
  void while_containerd_is_silent_that_is_said() {
    Task _ = host.containerd().starts("default", "dbgt-lost-silent");
    loses("dbgt-lost-silent");
    host.containerd().gets("STOP");
    try {
      host.ann()
          .runs("dbgt-lost-silent -- ls /")
          .fails(Ran.DBG_FAILED, "containerd does not tell its containers that do not run");
    } finally {
      host.containerd().gets("CONT");
    }
    Patience.until(
        "dbgd asks it again",
        () -> host.ann().runs("dbgt-lost-silent -- ls /").end().contains("0"));
  }
}
