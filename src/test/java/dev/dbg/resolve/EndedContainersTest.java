package dev.dbg.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.SplicedPipe;
import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Containers.Need;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import dev.dbg.resolve.log.ContainerLog;
import dev.dbg.resolve.log.LogWanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers of which a runtime tells only if it is asked for those that do not run. */
class EndedContainersTest {
  private static final Target WEB = pods("shop/web-1/app", "1");

  private final List<String> asked = new ArrayList<>();

  private static Target pods(String name, String digit) {
    return new Target(
        "k8s",
        Optional.empty(),
        digit.repeat(64),
        name,
        Image.NONE,
        Optional.of(Map.of()),
        "ended",
        0,
        ResolvedBy.API);
  }

  /** Notes what it is asked for. */
  private final class Noting implements ContainerRuntime {
    private final String name;
    private final List<FoundContainer> ended;

    Noting(String name, Target... ended) {
      this.name = name;
      this.ended = Stream.of(ended).map(one -> new FoundContainer(one, Evidence.NONE)).toList();
    }

    @Override
    public List<String> schemes() {
      return List.of("k8s");
    }

    @Override
    public List<FoundContainer> all() {
      asked.add(name + " all");
      return List.of();
    }

    @Override
    public List<FoundContainer> meant(TargetName typed, List<FoundContainer> some) {
      return some.stream()
          .filter(
              found ->
                  typed.name().equals(found.target().name())
                      || typed.name().equals(found.target().id()))
          .toList();
    }

    @Override
    public List<FoundContainer> ended() {
      asked.add(name + " ended");
      return ended;
    }

    @Override
    public List<FoundContainer> running() {
      return List.of();
    }

    @Override
    public ContainerLog log(Target target, LogWanted wanted) {
      return new NotedLog(name);
    }
  }

  private record NotedLog(String runtime) implements ContainerLog {
    @Override
    public void moveTo(SplicedPipe feed) {}

    @Override
    public void stop() {}

    @Override
    public void close() {}
  }

  private static Resolver resolver(ContainerRuntime... runtimes) {
    List<ContainerRuntime> all = List.of(runtimes);
    return new Resolver(all, new StoppedContainers(List.of(), all));
  }

  @ParameterizedTest
  @EnumSource(names = {"NAME", "FILES"})
  void one_is_found_where_its_process_is_not_needed(Need need) throws Exception {
    Resolver resolver = resolver(new Noting("it", WEB));

    for (String typed : List.of("k8s://shop/web-1/app", "shop/web-1/app")) {
      TargetName name = TargetName.parse(typed);
      try (PinnedTarget known = resolver.hold(name, _ -> true, need);
          PinnedTarget seen = resolver.holdSeen(name, WEB::equals, need)) {
        assertEquals(List.of(WEB, WEB), List.of(known.target(), seen.target()));
      }
    }
  }

  @Test
  void one_is_not_asked_for_where_its_process_is_needed() {
    Resolver resolver = resolver(new Noting("it", WEB));

    assertEquals(
        "no container 'k8s://shop/web-1/app'",
        notFound(resolver, "k8s://shop/web-1/app", _ -> true, Need.PROCESS));
    assertTrue(asked.stream().noneMatch("it ended"::equals), asked::toString);
  }

  @Test
  void a_hidden_one_costs_the_questions_of_a_missing_one() {
    Resolver resolver = resolver(new Noting("it", WEB), new Noting("other"));
    String hidden = notFound(resolver, "k8s://shop/web-1/app", _ -> false, Need.NAME);
    List<String> ofHidden = List.copyOf(asked);
    asked.clear();
    String missing = notFound(resolver, "k8s://shop/web-2/app", _ -> false, Need.NAME);

    assertEquals(missing.replace("web-2", "web-1"), hidden);
    assertEquals(asked, ofHidden);
    assertTrue(asked.contains("it ended"), asked::toString);
  }

  private static String notFound(
      Resolver resolver, String typed, Predicate<Target> admitted, Need need) {
    return assertThrows(
            TargetNotFound.class,
            () -> resolver.holdSeen(TargetName.parse(typed), admitted, need).close())
        .message();
  }

  @Test
  void its_log_is_that_of_the_runtime_that_has_it() throws Exception {
    Resolver resolver = resolver(new Noting("other", pods("a/b/c", "2")), new Noting("it", WEB));
    LogWanted all = new LogWanted(false, Optional.empty(), Optional.empty(), false, false);

    assertEquals(new NotedLog("it"), resolver.log(WEB, all));
    assertThrows(
        RuntimeUnavailable.class, () -> resolver.log(pods("shop/web-2/app", "3"), all).close());
  }
}
