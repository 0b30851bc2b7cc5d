package dev.dbg.resolve.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.ResolvedBy;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an engine said of a container, for the next session. */
class RememberedContainersTest {
  /**
   * A restart keeps the container's id, name and control group, and any process may get a number.
   */
  @Test
  void an_answer_counts_only_for_a_process_with_the_same_start() throws Exception {
    FoundContainer said =
        FoundContainer.named(
            "podman",
            "web",
            "running",
            ThisProcess.pid().number(),
            ResolvedBy.API,
            Evidence.NUMBER);
    List<FoundContainer> files = List.of(said.foundBy(ResolvedBy.DISK));
    EngineContainerCache known = new EngineContainerCache(() -> files, () -> files);

    assertEquals(List.of(said), known.find("web", () -> List.of(said)));

    FoundContainer again = known.find("web", List::of).getFirst();
    try (ProcDir self = ProcDir.open(ThisProcess.pid())) {
      assertEquals(new Evidence.SameStart(Evidence.NUMBER, self.startTime()), again.evidence());
    }
    assertEquals(ResolvedBy.KNOWN, again.target().way());
  }

  /** The files that a session looks at do not have it. */
  @Test
  void what_runs_it_is_remembered_with_it() throws Exception {
    int self = ThisProcess.pid().number();
    FoundContainer file =
        FoundContainer.named("docker", "web", "running", self, ResolvedBy.DISK, Evidence.NUMBER);
    FoundContainer said = file.foundBy(ResolvedBy.API).runBy("runsc");
    DiskState state =
        new DiskState() {
          @Override
          public boolean tellAll() {
            return true;
          }

          @Override
          public List<FoundContainer> all() {
            return List.of(file);
          }
        };
    EngineContainerCache known = new EngineContainerCache(state, state.index());

    assertEquals(List.of(said), known.find("web", () -> List.of(said)));
    FoundContainer again = known.find("web", List::of).getFirst();
    assertEquals(file.evidence(), again.evidence(), "as the files say");
    assertEquals("runsc", again.target().oci());
  }

  /** dockerd leaves out those of another storage driver than it has now, and keeps their files. */
  @Test
  void a_name_of_two_remembered_containers_means_neither() throws Exception {
    FoundContainer one =
        FoundContainer.named("docker", "web", "exited", 0, ResolvedBy.DISK, Evidence.NONE);
    FoundContainer db =
        FoundContainer.named("docker", "db", "exited", 0, ResolvedBy.DISK, Evidence.NONE);
    DiskState state = () -> List.of(one, db, one);

    assertThrows(IOException.class, () -> state.find("web"));
    assertEquals(Optional.of(db), state.find("db"));
  }
}
