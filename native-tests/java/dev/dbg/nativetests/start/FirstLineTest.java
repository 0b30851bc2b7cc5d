package dev.dbg.nativetests.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.resolve.AlteredResolve;
import dev.dbg.serve.AlteredServe;
import dev.dbg.session.AlteredSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The first line that a dbgd answers finds loaded what it needs, because the rehearsal has gone the
 * same way. Classes are counted, and no clock is read.
 */
@Tag("native")
@Tag("whole")
final class FirstLineTest {
  /** {@code WarmUp.TIMES} and {@code TIMES_AGAIN}, of which each ends a session. */
  private static final int REHEARSED = 143;

  /** Only a client that connects can be accepted: four classes, and room for what else goes on. */
  private static final long FEW = 12;

  private static final Pattern LOADED = Pattern.compile("loaded so far: (\\d+)");

  /** A dbgd that says after each session how many classes it has loaded since its start. */
  @RegisterExtension
  static final Host host =
      Host.asBuilt(Host.EVERYTHING)
          .inWhich(AlteredSession.TellingClasses.class)
          .startedByTheClass();

  /** It does not look for a container by its name while it rehearses. */
  @RegisterExtension
  static final Host lookingForNone = host.inWhich(AlteredResolve.LookingForNone.class);

  /** It does not make the tools that rules name ready. */
  @RegisterExtension
  static final Host makingNothingReady = host.inWhich(AlteredServe.MakingNothingReady.class);

  /** Each dbgd begins once the container runs: it is there from the first turn of a rehearsal. */
  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-first");
    for (Host each : List.of(host, lookingForNone, makingNothingReady)) {
      each.daemon().starts();
    }
  }

  /** And the log has no record of what was rehearsed. */
  @Test
  void the_first_line_loads_few_classes_and_finds_its_tool_ready() throws IOException {
    awaitRehearsal(host);
    assertEquals(
        Set.of("daemon", "policy"),
        host.audit().records().stream().map(AuditRecord::event).collect(Collectors.toSet()));

    FirstLine first = firstOf(host);
    assertTrue(first.loaded <= FEW, first::toString);
    assertEquals(0, first.made);
  }

  @Test
  void without_a_rehearsal_of_names_it_loads_more() throws IOException {
    FirstLine first = firstOf(lookingForNone);
    assertTrue(first.loaded > FEW, first::toString);
  }

  @Test
  void a_tool_that_was_not_made_ready_is_made_ready_by_it() throws IOException {
    assertEquals(1, firstOf(makingNothingReady).made);
  }

  /**
   * What it did for the first time.
   *
   * @param loaded classes
   * @param made roots of tools
   */
  private record FirstLine(long loaded, long made) {}

  private static void awaitRehearsal(Host at) {
    Patience.until(
        "the rehearsal has ended",
        () ->
            told(at).size() >= REHEARSED
                && !Files.exists(at.audit().file().resolveSibling("rehearsal")));
  }

  private static FirstLine firstOf(Host at) throws IOException {
    awaitRehearsal(at);
    long loaded = told(at).getLast();
    long made = roots(at);
    at.ann().runs("dbgt-first uts -- hostname").exits(0);
    return new FirstLine(told(at).getLast() - loaded, roots(at) - made);
  }

  /** Each root is a mount namespace that dbgd holds. */
  private static long roots(Host at) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(at.daemon().pid()), "fd"))) {
      return all.filter(FirstLineTest::isMountNamespace).count();
    }
  }

  private static boolean isMountNamespace(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("mnt:[");
    } catch (IOException e) {
      return false; // it is closed by now
    }
  }

  private static List<Long> told(Host at) {
    List<Long> told = new ArrayList<>();
    Matcher line = LOADED.matcher(at.daemon().log());
    while (line.find()) {
      told.add(Long.parseLong(line.group(1)));
    }
    return told;
  }
}
