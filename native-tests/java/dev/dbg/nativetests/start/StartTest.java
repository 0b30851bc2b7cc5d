package dev.dbg.nativetests.start;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.OwnTree;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.serve.AlteredServe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The cache with which dbgd starts, which is code that root runs; and the memory that an idle dbgd
 * keeps.
 */
@Tag("native")
@Tag("whole")
final class StartTest {
  /** A cache has 20 MB that nobody writes to. */
  private static final long FEW_KILOBYTES = 9_000;

  /** Runs a command while a user without rights holds a lock on a directory. */
  private static final String ANOTHER_HOLDS =
      """
      setpriv --reuid 65534 --regid 65534 --clear-groups flock -F "$1" sleep 600 &
      while flock -n "$1" true; do sleep 0.1; done
      shift
      "$@"
      status=$?
      kill $!
      exit $status
      """;

  /** The rehearsal, ten seconds, and a little. */
  private static final Duration UNTIL_IDLE = Duration.ofSeconds(25);

  @RegisterExtension static final Host host = Host.asInstalled(Host.EVERYTHING).startedByTheClass();

  @RegisterExtension static final Host neverIdle = host.inWhich(AlteredServe.NeverIdle.class);

  private static OwnTree tree;

  @BeforeAll
  static void makeTree() {
    tree = OwnTree.of(host);
  }

  @BeforeEach
  void restoreCache() {
    tree.restoresCache();
  }

  @AfterEach
  void stop() {
    String _ = tree.stops();
  }

  private void isNotUsedAndNotMentioned(String what) throws IOException {
    assertFalse(tree.starts().usesCache(), what);
    String printed = tree.stops();
    assertFalse(printed.contains("aot") || printed.contains("AOT"), printed);
  }

  @Test
  void a_cache_is_used_and_nothing_else_is_left_where_it_was_made() throws IOException {
    tree.makesCache().exits(0).prints("");
    assertEquals(
        "rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(tree.cache())));
    assertTrue(tree.starts().usesCache());
    try (Stream<Path> all = Files.list(tree.directory())) {
      assertEquals(List.of(tree.cache(), tree.lock()), all.sorted().toList());
    }
  }

  /** Everybody may read the directory, and who can open a file can lock it. */
  @Test
  void nobody_else_can_keep_a_cache_from_being_made() throws IOException {
    tree.makesCache("sh", "-c", ANOTHER_HOLDS, "sh", tree.directory().toString()).exits(0);
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(tree.lock())));
    tree.makesCache("flock", tree.lock().toString())
        .exits(DBG_FAILED)
        .says("another dbgd cache is running");
  }

  @Test
  void a_cache_that_is_missing_cut_or_none_is_not_used() throws IOException {
    tree.runs("rm " + tree.cache());
    isNotUsedAndNotMentioned("missing");
    tree.restoresCache();
    tree.runs("truncate -s 10M " + tree.cache());
    isNotUsedAndNotMentioned("cut");
    tree.runs("echo none >" + tree.cache());
    isNotUsedAndNotMentioned("none");
  }

  @Test
  void a_cache_of_other_jars_is_not_used() throws IOException {
    tree.runs("touch -r lib/dbg/picocli*.jar was && touch lib/dbg/picocli*.jar");
    try {
      isNotUsedAndNotMentioned("of another picocli");
    } finally {
      tree.runs("touch -r was lib/dbg/picocli*.jar && rm was");
    }
  }

  @Test
  void a_cache_that_others_could_have_written_is_not_used() throws IOException {
    Path cache = tree.cache();
    Path directory = tree.directory();
    List<String> changes =
        List.of(
            "chown nobody " + cache,
            "chmod g+w " + cache,
            "chmod o+w " + cache,
            "chmod o+w " + directory,
            "chown nobody " + directory,
            "chmod g+w var",
            "mv %s %s-moved && ln -s %s-moved %s".formatted(cache, cache, cache, cache));
    for (String change : changes) {
      tree.restoresCache();
      tree.runs(change);
      assertFalse(tree.opensCache(), change);
    }
    isNotUsedAndNotMentioned(changes.getLast());
    tree.restoresCache();
    assertTrue(tree.opensCache(), "the watch sees it");
    assertTrue(tree.starts().usesCache(), "the same file, as it was");
  }

  @Test
  void a_cache_that_cannot_be_made_is_a_warning_and_the_old_one_stays() throws IOException {
    tree.runs("mv bin/dbg bin/away");
    try {
      tree.makesCache().exits(DBG_FAILED).says("dbgd: no cache is made: ", "starts without it");
    } finally {
      tree.runs("mv bin/away bin/dbg");
    }
    assertEquals(-1, Files.mismatch(tree.kept(), tree.cache()));
    tree.runs("chmod o+w var");
    tree.makesCache().exits(DBG_FAILED).says("others than root can write");
    tree.makesCache("setpriv", "--reuid", "65534", "--clear-groups", "--")
        .exits(DBG_FAILED)
        .says("run it as root");
    try (Stream<Path> all = Files.list(tree.directory())) {
      assertEquals(List.of(tree.cache(), tree.lock()), all.sorted().toList());
    }
  }

  @Test
  void an_idle_dbgd_gives_memory_back_and_answers_at_once() throws IOException {
    tree.starts();
    Patience.sleeps(UNTIL_IDLE);
    Patience.until("memory is given back", () -> tree.cacheInMemory() < FEW_KILOBYTES);
    tree.asks("version").exits(0);

    OwnTree other = OwnTree.of(neverIdle);
    long kept = 0;
    // A kernel that looks for pages which nobody reads takes them, too, on some hosts.
    for (int tries = 0; tries < 5 && kept < FEW_KILOBYTES; tries++) {
      OwnTree _ = other.starts();
      Patience.sleeps(UNTIL_IDLE);
      kept = other.cacheInMemory();
      String _ = other.stops();
    }
    assertTrue(kept > FEW_KILOBYTES, "with the defence off: " + kept);
  }
}
