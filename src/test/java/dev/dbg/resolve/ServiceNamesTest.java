package dev.dbg.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Containers that say that they are the same replica, in each state. */
class ServiceNamesTest {
  private static final TargetName SERVICE = new TargetName(Optional.empty(), "db");

  private static final Map<String, String> LABELS =
      Map.of(
          "com.docker.compose.project", "shop",
          "com.docker.compose.service", "db",
          "com.docker.compose.container-number", "1");

  private record Listed(List<FoundContainer> all) implements ContainerRuntime {
    @Override
    public List<String> schemes() {
      return List.of("docker");
    }

    @Override
    public List<FoundContainer> running() {
      return all;
    }
  }

  private static Target target(String name, String state) {
    return new Target(
        "docker",
        Optional.empty(),
        name,
        name,
        new Image("", ""),
        Optional.of(LABELS),
        state,
        0,
        ResolvedBy.API);
  }

  private static List<String> meant(Target... listed) throws RuntimeUnavailable {
    List<FoundContainer> all =
        Stream.of(listed).map(target -> new FoundContainer(target, Evidence.NONE)).toList();
    return new ServiceNames(List.of(new Listed(all)))
        .meant(SERVICE, _ -> true).stream().map(found -> found.target().name()).toList();
  }

  @Test
  void the_one_that_runs_is_not_meant_while_another_was_started_as_the_same_replica()
      throws RuntimeUnavailable {
    assertEquals(
        List.of("other", "db-1"), meant(target("db-1", "exited"), target("other", "running")));
  }

  /** Compose makes the new one before it ends the old one. */
  @Test
  void one_that_was_never_started_takes_nothing_from_the_one_that_runs() throws RuntimeUnavailable {
    assertEquals(List.of("db-1"), meant(target("db-1", "running"), target("new", "created")));
  }

  /** A pod's labels are words of whoever made it. */
  @Test
  void a_container_of_a_pod_is_no_replica() throws RuntimeUnavailable {
    Target pods = target("pod", "running").in(new Target.Pod("uid", Optional.empty()));

    assertEquals(List.of(), meant(pods));
    assertEquals(List.of("db-1"), meant(target("db-1", "exited"), pods));
  }
}
