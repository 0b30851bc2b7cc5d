package dev.dbg.nativetests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.authorize.AlteredAuthorize;
import dev.dbg.enter.AlteredEnter;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.user.HostUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A user of the host has mounted the host's files in no mount namespace, and hands that to somebody
 * whose container is root's: {@code elsewhere.c}.
 */
@Tag("native")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class BorrowedMountsTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["pid://*"]
      namespaces = ["mnt", "user", "net"]
      tools = ["cat", "look"]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY);

  /** Takes any root directory for one of the mount namespace. */
  @RegisterExtension static final Host anywhere = Host.with(POLICY).without("in-namespace");

  /** Does not look at the user namespace before it shows files. */
  @RegisterExtension
  static final Host credulous =
      Host.with(POLICY).inWhich(AlteredAuthorize.Credulous.class, AlteredEnter.Credulous.class);

  /** Looks at the user namespace when it decides, and not at what is joined. */
  @RegisterExtension
  static final Host hasty = Host.with(POLICY).inWhich(AlteredAuthorize.Credulous.class);

  /** Reads names as root, whoever's they are. */
  @RegisterExtension static final Host asRoot = Host.with(POLICY).without("rights-of-root");

  private static Running starts(String how) {
    String uid = Command.must("id", "-u", World.OUTSIDER);
    return Command.of(World.get().program("elsewhere").toString(), uid, how)
        .start()
        .prints("ready");
  }

  private static Ran reads(Host with, Running target, String namespaces, String path) {
    return with.ann().runs("pid://%d %s -- cat %s".formatted(target.pid(), namespaces, path));
  }

  private static void ends(Running target) {
    Processes.signal("KILL", target.pid());
    Ran _ = target.ends();
  }

  @ParameterizedTest
  @CsvSource({
    "own,mnt,/var/log/shadow,is not in its mount namespace",
    "own,'mnt,user',/var/log/shadow,is not in its mount namespace",
    "given,mnt,/var/log/shadow,only together with user",
    "given,'mnt,user',/var/log/shadow,is not in its mount namespace",
    "mounted,mnt,/tmp/var/log/shadow,only together with user",
    "mounted,'mnt,user',/tmp/var/log/shadow,Permission denied"
  })
  void mounts_of_a_user_of_the_host_are_not_read_as_root(
      String how, String namespaces, String path, String why) {
    Running target = starts(how);

    Ran ran = reads(host, target, namespaces, path);

    assertEquals("", ran.out(), ran::toString);
    ran.says(why);
    ends(target);
  }

  /** What is tried above is an attack: it succeeds where each of these is believed. */
  @Test
  void without_a_look_it_is() throws IOException {
    String shadow = Files.readString(Path.of("/etc/shadow"));
    Running own = starts("own");
    Running mounted = starts("mounted");

    reads(anywhere, own, "mnt", "/var/log/shadow").exits(0).prints(shadow);
    reads(credulous, mounted, "mnt", "/tmp/var/log/shadow").exits(0).prints(shadow);
    ends(own);
    ends(mounted);
  }

  /** It has no user namespace, and its user is not root. */
  @Test
  void names_of_a_service_that_may_chroot_are_not_read_as_root() throws IOException {
    Running service = starts("service");
    String line = "pid://%d net -- look file /etc/hosts".formatted(service.pid());

    asRoot.ann().runs(line).exits(0).prints(Files.readString(Path.of("/etc/shadow")));
    host.ann()
        .runs(line)
        .exits(0)
        .prints("")
        .says("the container's /etc/hosts could not be read: Permission denied");
    ends(service);
  }

  /** A namespace's number is given again at once: what is joined is asked, not its number. */
  @Test
  void mounts_exchanged_after_the_decision_are_not_entered() {
    Running mounted = starts("mounted");

    Ran ran = reads(hasty, mounted, "mnt", "/tmp/var/log/shadow");

    assertEquals("", ran.out(), ran::toString);
    ran.says("was replaced by");
    ends(mounted);
  }
}
