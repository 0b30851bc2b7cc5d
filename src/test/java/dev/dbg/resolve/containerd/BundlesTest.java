package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories as containerd makes them, and as it never would. */
class BundlesTest {
  private static final String CONFIG =
      "{'annotations':{'team':'dns'},'linux':{'cgroupsPath':'/default/web'},'root':{'path':'rootfs'}}";

  /** A time after which a tick of the clock is over. */
  private static final int MILLIS = 250;

  @TempDir Path state;

  private Path tasks;
  private Bundles bundles;

  @BeforeEach
  void make() throws IOException {
    tasks = state.resolve("io.containerd.runtime.v2.task");
    Files.createDirectories(tasks.resolve("default"));
    int uid = (Integer) Files.getAttribute(tasks, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    bundles = new Bundles(state, new Uid(uid));
  }

  private Path bundle(String name) throws IOException {
    Path bundle = tasks.resolve(name);
    Files.createDirectories(bundle);
    write(bundle.resolve("config.json"), CONFIG);
    write(bundle.resolve("init.pid"), "42");
    return bundle;
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text.replace('\'', '"'), StandardCharsets.UTF_8);
  }

  private List<String> ids() throws IOException {
    return bundles.all().stream().map(Bundle::id).sorted().toList();
  }

  @Test
  void a_bundle_is_read() throws Exception {
    bundle("default/web");

    Bundle web = bundles.all().getFirst();

    assertEquals("default", web.namespace());
    assertEquals("web", web.id());
    assertEquals(Map.of("team", "dns"), web.annotations());
    assertEquals("/default/web", web.cgroup());
    assertEquals(42, web.pid());
  }

  @Test
  void dockers_containers_are_left_out() throws Exception {
    bundle("moby/docker");
    bundle("default/web");

    assertEquals(List.of("web"), ids());
  }

  @Test
  void what_is_not_complete_is_left_out_and_looked_for_again() throws Exception {
    Path web = bundle("default/web");
    Files.delete(web.resolve("config.json"));
    bundle("default/other");
    Thread.sleep(MILLIS);
    assertEquals(List.of("other"), ids());

    // The directory of the namespace does not change by this.
    write(web.resolve("config.json"), CONFIG);

    assertEquals(List.of("other", "web"), ids());
  }

  /** It is being created, or it runs in a virtual machine. */
  @Test
  void one_without_the_number_of_a_process_is_there_and_looked_at_again() throws Exception {
    Path web = bundle("default/web");
    Files.delete(web.resolve("init.pid"));
    Thread.sleep(MILLIS);
    assertEquals(0, bundles.all().getFirst().pid());

    write(web.resolve("init.pid"), "43");

    assertEquals(43, bundles.all().getFirst().pid());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "x", "99999999999", "42 43", "0x2a"})
  void a_pid_that_is_none_is_not_complete(String pid) throws Exception {
    write(bundle("default/web").resolve("init.pid"), pid);

    assertEquals(List.of(), ids());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "\u0000", "{'annotations':"})
  void a_configuration_that_is_no_json_is_not_complete(String config) throws Exception {
    write(bundle("default/web").resolve("config.json"), config);

    assertEquals(List.of(), ids());
  }

  /** Whoever makes a pod chooses how long the environment is. */
  @Test
  void unused_parts_of_a_configuration_may_be_long() throws Exception {
    write(
        bundle("default/web").resolve("config.json"),
        "{'process':{'env':['" + "x".repeat(2 << 20) + "']}," + CONFIG.substring(1));

    assertEquals(List.of("web"), ids());
  }

  @Test
  void a_bundle_that_says_too_much_is_skipped_and_remembered() throws Exception {
    bundle("default/web");
    write(
        bundle("default/other").resolve("config.json"),
        "{'annotations':{'a':'" + "x".repeat(1 << 20) + "'}}");
    Thread.sleep(MILLIS);
    List<Bundle> first = bundles.all();

    assertEquals(List.of("web"), first.stream().map(Bundle::id).toList());
    assertSame(first, bundles.all());
  }

  @Test
  void links_are_not_followed() throws Exception {
    Path elsewhere = Files.createDirectory(state.resolve("elsewhere"));
    Path web = bundle("default/web");
    Files.createSymbolicLink(tasks.resolve("linked"), tasks.resolve("default"));
    Files.createSymbolicLink(tasks.resolve("default/linked"), web);
    Path pid = bundle("default/pid").resolve("init.pid");
    Files.delete(pid);
    Files.createSymbolicLink(pid, web.resolve("init.pid"));
    write(elsewhere.resolve("config.json"), CONFIG);

    assertEquals(List.of("web"), ids());
  }

  @Test
  void names_that_containerd_does_not_permit_are_left_out() throws Exception {
    for (String name : List.of("a b", ".hidden", "a..b", "-a", "a\nb", "x".repeat(77))) {
      bundle("default/" + name);
    }

    assertEquals(List.of(), ids());
  }

  @Test
  void what_another_user_owns_is_not_read() throws Exception {
    bundle("default/web");
    Bundles others = new Bundles(state, new Uid(4_000_000_000L));

    assertThrows(IOException.class, others::all);
    assertEquals(Optional.empty(), others.now("default", "web"));
  }

  @Test
  void nothing_is_read_again_that_has_not_changed() throws Exception {
    Path web = bundle("default/web");
    Thread.sleep(MILLIS);
    List<Bundle> first = bundles.all();

    assertSame(first, bundles.all());

    bundle("default/web-1");
    List<Bundle> second = bundles.all();
    assertNotSame(first, second);
    assertEquals(List.of("web", "web-1"), ids());
    Bundle webs = second.stream().filter(one -> one.id().equals("web")).findFirst().orElseThrow();
    assertSame(first.getFirst(), webs);

    Files.delete(web.resolve("init.pid"));
    Files.delete(web.resolve("config.json"));
    Files.delete(web);
    assertEquals(List.of("web-1"), ids());
  }

  /** With HZ at 100 and without multigrain timestamps, a change 10 ms later has the same time. */
  @Test
  void what_was_read_within_a_tick_of_a_change_is_not_relied_on() {
    long now = 1_000_000_000_000_000_000L;
    for (long ago : new long[] {-5_000_000, 0, 4_000_000, 10_000_000, 20_000_000}) {
      assertFalse(new FileStamp(1, now - ago).isSettledAt(now));
    }
    assertTrue(new FileStamp(1, now - 200_000_000).isSettledAt(now));
    // A file system that has whole seconds alone.
    assertFalse(new FileStamp(1, now - 1_000_000_000).isSettledAt(now));
    assertTrue(new FileStamp(1, now - 2_000_000_000).isSettledAt(now));
  }

  @Test
  @Tag("whole")
  void a_container_that_comes_in_the_tick_of_a_reading_is_not_missed() throws Exception {
    for (int i = 0; i < 200; i++) {
      bundle("default/c" + i);
      assertEquals(i + 1, bundles.all().size());
    }
  }

  @Test
  void one_that_is_replaced_is_read_again_whatever_the_index_says() throws Exception {
    Path web = bundle("default/web");
    Thread.sleep(MILLIS);
    assertEquals(42, bundles.all().getFirst().pid());

    // As no containerd would do it: the directory does not change.
    write(web.resolve("init.pid"), "43");

    assertEquals(42, bundles.all().getFirst().pid());
    assertEquals(43, bundles.now("default", "web").orElseThrow().pid());
    assertEquals(Optional.empty(), bundles.now("default", "we"));
  }
}
