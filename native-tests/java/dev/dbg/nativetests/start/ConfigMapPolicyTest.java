package dev.dbg.nativetests.start;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A policy that is a ConfigMap, laid out as {@code atomic_writer.go} of the kubelet does: everybody
 * may write to the volume, which is mounted read-only where dbgd sees it.
 */
@Tag("native")
@Tag("whole")
final class ConfigMapPolicyTest {
  private static final String FOR_ANN =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-*"]
      namespaces = ["uts"]
      tools = ["hostname"]
      """;

  private static final String FOR_BOB = FOR_ANN.replace("ann", "bob");
  private static final String FILE = "10-tests.toml";

  @RegisterExtension static final Host host = Host.with(FOR_ANN).startedByTheClass();

  private static int states;

  private static Path volume() {
    return host.directory().resolve("volume");
  }

  private static Path policy() {
    return host.directory().resolve("policy.d");
  }

  @BeforeAll
  static void start() throws IOException {
    host.docker().starts("dbgt-config-map");
    Files.createDirectory(volume());
    mode(volume(), "rwxrwxrwx");
    leadsTo(state(FOR_ANN));
    Files.createSymbolicLink(volume().resolve(FILE), Path.of("..data", FILE));
    Machine.runs("mount", "--bind", volume().toString(), policy().toString()).exits(0);
    Machine.runs("mount", "-o", "remount,ro,bind", policy().toString()).exits(0);
    host.daemon().starts();
  }

  @AfterAll
  static void stop() {
    host.daemon().stops();
    Machine.runs("umount", policy().toString()).exits(0);
  }

  /** A new state of the ConfigMap, which is not in force yet. */
  private static Path state(String text) throws IOException {
    Path state = volume().resolve("..2026_11_29_19_40_01.%d".formatted(++states));
    Files.createDirectory(state);
    mode(state, "rwxr-xr-x");
    Files.writeString(state.resolve(FILE), text);
    return state;
  }

  private static void leadsTo(Path state) throws IOException {
    Path made = volume().resolve("..data_tmp");
    Files.createSymbolicLink(made, state.getFileName());
    Files.move(
        made,
        volume().resolve("..data"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  /** dbgd looks by itself. What it could not read before it may try again meanwhile. */
  private static void isReplacedBy(Path state, String action) throws IOException {
    long before = host.audit().count("policy");
    leadsTo(state);
    Patience.until(
        "dbgd has seen it", () -> host.audit().count("policy") > before && isLast(action));
  }

  private static boolean isLast(String action) {
    return host.audit().last("policy").json().at("/action").asText().equals(action);
  }

  @BeforeEach
  void isForAnn() throws IOException {
    isReplacedBy(state(FOR_ANN), "load");
  }

  @Test
  void a_policy_is_read_from_the_kubelets_layout_and_again_when_it_changes() throws IOException {
    host.ann().runs("dbgt-config-map uts -- hostname").exits(0).isRecorded();
    host.bob().runs("dbgt-config-map uts -- hostname").isRefused();

    isReplacedBy(state(FOR_BOB), "load");

    host.ann().runs("dbgt-config-map uts -- hostname").isRefused();
    host.bob().runs("dbgt-config-map uts -- hostname").exits(0).isRecorded();
  }

  /** The old policy stays in force. */
  @Test
  void any_other_layout_is_refused() throws IOException {
    Path open = state(FOR_BOB);
    mode(open, "rwxrwxrwx");
    isKept(open, "can be written by others than root");

    Path theirs = state(FOR_BOB);
    Machine.chowns(theirs, "dbgt-eve");
    isKept(theirs, "not root");

    Path openFile = state(FOR_BOB);
    mode(openFile.resolve(FILE), "rw-rw-rw-");
    isKept(openFile, "can be written by others than root");

    Path linked = state(FOR_BOB);
    Files.move(linked.resolve(FILE), host.directory().resolve("elsewhere.toml"));
    Files.createSymbolicLink(linked.resolve(FILE), host.directory().resolve("elsewhere.toml"));
    isKept(linked, FILE);

    Path named = Files.move(state(FOR_BOB), volume().resolve("named"));
    isKept(named, "the kubelet never makes such a link");
  }

  /** What was wrong may be put right where it is. */
  @Test
  void what_could_not_be_read_is_tried_again() throws IOException {
    Path open = state(FOR_BOB);
    mode(open, "rwxrwxrwx");
    isKept(open, "can be written by others than root");

    mode(open, "rwxr-xr-x");

    Patience.until("it is in force", () -> isLast("load"));
    host.bob().runs("dbgt-config-map uts -- hostname").exits(0);
  }

  private static void isKept(Path state, String why) throws IOException {
    isReplacedBy(state, "keep");
    Patience.until(
        why, () -> host.audit().last("policy").json().at("/why").toString().contains(why));
    host.ann().runs("dbgt-config-map uts -- hostname").exits(0);
    host.bob().runs("dbgt-config-map uts -- hostname").isRefused();
  }

  /** Whoever may write there would write the policy. */
  @Test
  void a_volume_that_is_not_mounted_read_only_is_refused() throws IOException {
    Machine.runs("mount", "-o", "remount,rw,bind", policy().toString()).exits(0);
    try {
      isKept(state(FOR_BOB), "mount the ConfigMap with readOnly: true");
    } finally {
      Machine.runs("mount", "-o", "remount,ro,bind", policy().toString()).exits(0);
    }
  }
}
