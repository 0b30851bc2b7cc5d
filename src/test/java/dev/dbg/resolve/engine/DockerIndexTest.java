package dev.dbg.resolve.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.AllowanceExceeded;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of Docker's files, which here are those of the user who runs the test. */
class DockerIndexTest {
  @TempDir private Path root;

  private DockerIndex index() throws IOException {
    return new DockerIndex(state());
  }

  private DockerState state() throws IOException {
    Uid self = new Uid(((Number) Files.getAttribute(root, "unix:uid")).longValue());
    return new DockerState(
        root, Optional.of(new Target.Owner(self, "self")), "", Allowance::ofRuntime);
  }

  private void has(String digit, int megabytes) throws IOException {
    String id = digit.repeat(64);
    Path file = root.resolve("containers").resolve(id).resolve("config.v2.json");
    Files.createDirectories(file.getParent());
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("{\"ID\":\"%s\",\"Name\":\"/c%s\",".formatted(id, digit));
      String blank = " ".repeat(1 << 20);
      for (int i = 0; i < megabytes; i++) {
        out.write(blank);
      }
      out.write("\"x\":1}");
    }
    while (!FileStamp.of(file).isSettled()) {
      Thread.onSpinWait();
    }
  }

  private static Set<String> names(List<FoundContainer> all) {
    return all.stream().map(found -> found.target().name()).collect(Collectors.toSet());
  }

  /** A list with a part of the containers would say that the others do not exist. */
  @Test
  void files_that_say_more_than_is_read_at_once_are_no_list_until_all_are_read()
      throws IOException {
    has("a", 40);
    has("b", 40);
    DockerIndex index = index();

    assertThrows(AllowanceExceeded.class, index::files);

    assertEquals(Set.of("ca", "cb"), names(index.files()));
  }

  /** Each look reads one more, so that no number of containers holds it up for ever. */
  @Test
  @Tag("whole")
  void each_look_goes_on_where_the_last_one_ended() throws IOException {
    has("a", 40);
    has("b", 40);
    has("c", 40);
    DockerIndex index = index();

    assertThrows(AllowanceExceeded.class, index::files);
    assertThrows(AllowanceExceeded.class, index::files);

    assertEquals(Set.of("ca", "cb", "cc"), names(index.files()));
  }

  @Test
  void a_container_that_comes_or_goes_is_seen() throws IOException {
    has("a", 0);
    DockerIndex index = index();
    assertEquals(Set.of("ca"), names(index.files()));

    has("b", 0);
    assertEquals(Set.of("ca", "cb"), names(index.files()));
  }

  /** It is in another file, which may be missing, or wrong. */
  @Test
  void what_runs_a_container_is_read_of_the_one_that_is_meant() throws IOException {
    has("a", 0);
    assertEquals("", state().find("ca").orElseThrow().target().oci());

    Path file = root.resolve("containers").resolve("a".repeat(64)).resolve("hostconfig.json");
    Files.writeString(file, "{\"Runtime\":");
    assertEquals("", state().find("ca").orElseThrow().target().oci());

    Files.writeString(file, "{\"CgroupParent\":\"\",\"Runtime\":\"runsc\"}");
    assertEquals("runsc", state().find("ca").orElseThrow().target().oci());
  }
}
