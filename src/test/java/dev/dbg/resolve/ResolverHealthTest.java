package dev.dbg.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.resolve.engine.EngineLocation;
import dev.dbg.resolve.user.NoReaders;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolverHealthTest {
  private static final Path NOWHERE = Path.of("/nonexistent/engine.sock");

  @Test
  void an_engine_is_looked_at_whether_its_state_on_the_disk_is_known_or_not() {
    List<EngineLocation> places =
        List.of(
            new EngineLocation("docker", NOWHERE, List.of(Path.of("/nonexistent/state"))),
            new EngineLocation("docker", NOWHERE, List.of()));

    assertEquals(
        2,
        new Resolver(
                new RuntimePlaces(
                    places, List.of(), List.of(), false, List.of(), List.of(), false, false),
                NoReaders.NONE)
            .health()
            .size());
  }
}
