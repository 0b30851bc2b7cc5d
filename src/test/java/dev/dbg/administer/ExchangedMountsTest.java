package dev.dbg.administer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.Circumstances;
import dev.dbg.authorize.Permission;
import dev.dbg.authorize.Rights;
import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.Image;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Refusal;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.policy.PolicyReader;
import dev.dbg.resolve.container.Candidate;
import dev.dbg.resolve.container.Containers;
import dev.dbg.tools.Shipped;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that goes over to mounts of its user's while it is decided whether it is entered. */
class ExchangedMountsTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:ana"]
      containers = ["pid://*"]
      namespaces = ["mnt", "pid", "net"]
      tools = ["cat"]
      """;

  private static final String ROOTS = "mnt:[roots]";

  /**
   * A process, which is in root's mounts until a number of questions about it was answered. The
   * kernel lets no process that is not root's go back.
   */
  private static final class Exchanging implements Candidate {
    private int left;

    private Exchanging(int answers) {
      left = answers;
    }

    private boolean isInRoots() {
      return left-- > 0;
    }

    @Override
    public Target target() {
      return new Target(
          "pid",
          Optional.empty(),
          "7",
          "7",
          Image.NONE,
          Optional.of(Map.of()),
          "running",
          7,
          ResolvedBy.PROCESS);
    }

    @Override
    public Map<NamespaceKind, String> namespaces(Set<NamespaceKind> kinds) {
      Map<NamespaceKind, String> identities = new EnumMap<>(NamespaceKind.class);
      boolean roots = isInRoots();
      kinds.forEach(kind -> identities.put(kind, kind + (roots ? ":[roots]" : ":[theirs]")));
      return identities;
    }

    @Override
    public Set<NamespaceKind> notTheirs(Set<NamespaceKind> kinds) {
      return EnumSet.noneOf(NamespaceKind.class);
    }

    @Override
    public boolean hasRootsMounts() {
      return isInRoots();
    }

    @Override
    public void close() {}
  }

  private record OneProcess(Exchanging process) implements Containers<Exchanging> {
    @Override
    public Exchanging hold(TargetName name, Predicate<Target> admitted, Containers.Need need) {
      return process;
    }

    @Override
    public Exchanging holdSeen(TargetName name, Predicate<Target> admitted, Containers.Need need) {
      return process;
    }

    @Override
    public <T> T running(Function<List<Target>, T> use) {
      return use.apply(List.of());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid://7 mnt -- cat /x", "pid://7 -- cat /x", "pid://7 all -- cat /x"})
  void the_files_of_a_user_are_never_entered_without_that_users_rights(String words)
      throws Exception {
    Rights rights =
        new Rights(
            new PolicyReader(Shipped.catalogue()).read(new TreeMap<>(Map.of("p.toml", POLICY))),
            Shipped.catalogue());
    Invocation.Exec exec = (Invocation.Exec) new Grammar().parse(List.of(words.split(" ", -1)));
    int permitted = 0;
    for (int answers = 0; answers < 12; answers++) {
      Authorizer<Exchanging> authorizer =
          new Authorizer<>(
              rights,
              new OneProcess(new Exchanging(answers)),
              TestContainers.HOST,
              Samples.operator("ana"));
      try (Permission<Exchanging> permission =
          authorizer.permission(exec.line(), new Circumstances(false, false, Instant.EPOCH))) {
        assertEquals(ROOTS, permission.namespaces().get(NamespaceKind.MNT), words + answers);
        permitted++;
      } catch (Refusal refusal) {
        assertTrue(answers < 8, refusal.message());
      }
    }
    assertTrue(permitted > 0);
  }
}
