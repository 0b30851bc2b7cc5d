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

/** Containers that say that they are replicas of a service, in each state. */
class ServiceNamesTest {
  private static final TargetName SERVICE = new TargetName(Optional.empty(), "db");

  private static final Map<String, String> LABELS = labels("shop", "1");

  private static Map<String, String> labels(String project, String number) {
    return Map.of(
        "com.docker.compose.project", project,
        "com.docker.compose.service", "db",
        "com.docker.compose.container-number", number);
  }

  private static Map<String, String> swarms() {
    return Map.of("com.docker.swarm.service.name", "db");
  }

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
    return target(name, state, LABELS);
  }

  private static Target target(String name, String state, Map<String, String> labels) {
    return new Target(
        "docker",
        Optional.empty(),
        name,
        name,
        new Image("", ""),
        Optional.of(labels),
        state,
        0,
        ResolvedBy.API);
  }

  private static List<String> meant(Target... listed) throws RuntimeUnavailable {
    return meant(false, listed);
  }

  private static List<String> meant(boolean ended, Target... listed) throws RuntimeUnavailable {
    List<FoundContainer> all =
        Stream.of(listed).map(target -> new FoundContainer(target, Evidence.NONE)).toList();
    return new ServiceNames(List.of(new Listed(all)))
        .meant(SERVICE, _ -> true, ended).stream().map(found -> found.target().name()).toList();
  }

  /** An image has any labels: those of the replica that is down, of another one, of none. */
  @Test
  void the_one_that_runs_is_not_meant_while_another_of_that_service_was_started()
      throws RuntimeUnavailable {
    for (Map<String, String> its :
        List.of(LABELS, labels("shop", "2"), labels("shop", ""), labels("blog", "1"))) {
      assertEquals(
          List.of("other", "db-1"),
          meant(target("db-1", "exited"), target("other", "running", its)),
          its.toString());
    }
  }

  @Test
  void a_service_with_several_stopped_replicas_is_refused() throws RuntimeUnavailable {
    Target second = target("db-2", "exited", labels("shop", "2"));

    assertEquals(List.of("db-1", "db-2"), meant(true, second, target("db-1", "exited")));
    assertEquals(List.of("db-1"), meant(true, target("db-1", "exited")));
    assertEquals(List.of("db-2"), meant(true, second, target("db-1", "created")));
  }

  /** Swarm keeps those in whose place it has made another one. */
  @Test
  void stopped_swarm_replicas_count_while_none_runs() throws RuntimeUnavailable {
    Target ended = target("db.1.a", "exited", swarms());
    Target before = target("db.1.b", "exited", swarms());

    assertEquals(List.of("db.1.c"), meant(true, ended, target("db.1.c", "running", swarms())));
    assertEquals(List.of("db.1.a", "db.1.b"), meant(true, before, ended));
    assertEquals(List.of("db.1.a"), meant(before, ended), "one that can be waited for");
    assertEquals(List.of("other", "db.1.a"), meant(ended, target("other", "running")));
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
