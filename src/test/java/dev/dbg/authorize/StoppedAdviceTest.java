package dev.dbg.authorize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.Refusal;
import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.policy.PolicyReader;
import dev.dbg.resolve.container.Containers;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.TargetNotFound;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Shipped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a refusal for a container that does not run tells an operator to type. */
class StoppedAdviceTest {
  private static final Catalogue CATALOGUE = Shipped.catalogue();

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:ann", "user:bob"]
      containers = ["*", "lxc://*"]
      namespaces = ["net", "mnt"]
      tools = ["ss", "ls"]
      [[rule]]
      who = ["user:ann"]
      containers = ["*", "lxc://*"]
      namespaces = ["net"]
      tools = ["logs", "status"]
      [[rule]]
      who = ["user:bob"]
      containers = ["other"]
      namespaces = ["net"]
      tools = ["logs", "status"]
      [[rule]]
      who = ["user:eve", "user:fay"]
      containers = ["*"]
      namespaces = ["mnt"]
      tools = ["cat", "findmnt"]
      stopped = true
      [[rule]]
      who = ["user:fay"]
      containers = ["*"]
      namespaces = ["net", "mnt"]
      tools = ["ls", "ss"]
      stopped = true
      """;

  /** It has only this one, and that is down. */
  private record Down(Target target) implements Containers<PinnedTarget> {
    @Override
    public PinnedTarget hold(TargetName name, Predicate<Target> admitted, Need need)
        throws TargetNotFound {
      throw new TargetNotFound(
          TargetNotFound.Cause.NOT_RUNNING, "web is not running (exited)", List.of(target));
    }

    @Override
    public PinnedTarget holdSeen(TargetName name, Predicate<Target> admitted, Need need)
        throws TargetNotFound {
      return hold(name, admitted, need);
    }

    @Override
    public <T> T running(Function<List<Target>, T> use) {
      return use.apply(List.of());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "ann~docker~web -- ss~dbg status web says how it ended, dbg logs web prints what it wrote,",
        "ann~lxc~web -- ss~''",
        "bob~docker~web -- ss~''",
        // What a rule shows of one that is down.
        "eve~docker~web -- findmnt~dbg web -- cat PATH shows its files,",
        "fay~docker~web -- ss~dbg web -- ls / shows its files,",
        "bob~docker~web -- ls /~'a rule with stopped = true shows its files,'",
      })
  void only_what_the_operator_may_type_is_advised(
      String operator, String runtime, String line, String advice) throws Exception {
    Rights rights =
        new Rights(
            new PolicyReader(CATALOGUE).read(new TreeMap<>(Map.of("p.toml", POLICY))), CATALOGUE);
    Target web = Samples.container(runtime, "web", "", Map.of()).ended();
    Invocation.Exec exec = (Invocation.Exec) new Grammar().parse(List.of(line.split(" ")));
    Authorizer<PinnedTarget> authorizer =
        new Authorizer<>(
            rights, new Down(web), new HostNamespaces(Map.of()), Samples.operator(operator));

    String message =
        assertThrows(
                Refusal.class,
                () ->
                    authorizer
                        .permission(exec.line(), Circumstances.of(exec, Instant.EPOCH))
                        .close())
            .message();

    assertEquals(
        "web is not running (exited): %sdbg --wait web -- TOOL waits for its next start"
            .formatted(advice.strip().isEmpty() ? "" : advice.strip() + " "),
        message);
  }
}
