package dev.dbg.administer;

import dev.dbg.authorize.HostNamespaces;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.Candidate;
import dev.dbg.resolve.container.Containers;
import dev.dbg.resolve.container.TargetNotFound;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The containers of a test file. They are found by name, as {@link dev.dbg.resolve.Resolver} finds
 * real ones, but not by id, service or pod.
 */
record TestContainers(List<Container> all) implements Containers<TestContainers.Container> {
  static final HostNamespaces HOST =
      new HostNamespaces(identities(EnumSet.allOf(NamespaceKind.class), "host"));

  TestContainers {
    all = List.copyOf(all);
  }

  /**
   * A container of the test file.
   *
   * @param shares the kinds of namespaces that it shares with the host
   * @param foreign the kinds whose namespaces belong neither to the host nor to its owner
   */
  record Container(Target target, Set<NamespaceKind> shares, Set<NamespaceKind> foreign)
      implements Candidate {
    @Override
    public Map<NamespaceKind, String> namespaces(Set<NamespaceKind> kinds) {
      Map<NamespaceKind, String> own = identities(kinds, target.address());
      own.replaceAll(
          (kind, identity) ->
              shares.contains(kind) ? HOST.identities().getOrDefault(kind, identity) : identity);
      return own;
    }

    @Override
    public Set<NamespaceKind> notTheirs(Set<NamespaceKind> kinds) {
      Set<NamespaceKind> others = EnumSet.noneOf(NamespaceKind.class);
      if (target.owner().isPresent()) {
        others.addAll(kinds);
        others.retainAll(foreign);
      }
      return others;
    }

    @Override
    public boolean hasRootsMounts() {
      return target.owner().isEmpty() && !foreign.contains(NamespaceKind.USER);
    }

    @Override
    public boolean isStopped() {
      return target.isImage();
    }

    private boolean matches(TargetName name) {
      return name.scheme().map(target.runtime()::equals).orElse(!target.isImage())
          && (target.isImage()
              ? target.image().isMeantBy(name.name())
              : name.container().equals(target.name()))
          && name.user()
              .map(user -> target.owner().filter(o -> o.user().equals(user)).isPresent())
              .orElse(true);
    }

    @Override
    public void close() {}
  }

  private static Map<NamespaceKind, String> identities(Set<NamespaceKind> kinds, String whose) {
    Map<NamespaceKind, String> identities = new EnumMap<>(NamespaceKind.class);
    kinds.forEach(kind -> identities.put(kind, "%s:[%s]".formatted(kind, whose)));
    return identities;
  }

  /** Returns true if the file has a container of that name. */
  boolean has(TargetName name) {
    return all.stream().anyMatch(container -> container.matches(name));
  }

  @Override
  public <T> T running(Function<List<Target>, T> use) {
    return use.apply(all.stream().map(Container::target).toList());
  }

  @Override
  public Container hold(TargetName name, Predicate<Target> admitted, Need need)
      throws TargetNotFound {
    return theOne(name, found(name, roots -> true, admitted));
  }

  @Override
  public Container holdSeen(TargetName name, Predicate<Target> admitted, Need need)
      throws TargetNotFound {
    return theOne(name, found(name, admitted, admitted));
  }

  /** Searches users' containers only if root's engines have none of that name. */
  private List<Container> found(TargetName name, Predicate<Target> roots, Predicate<Target> users) {
    List<Container> meant = all.stream().filter(c -> c.matches(name)).toList();
    List<Container> ofRoot =
        meant.stream().filter(c -> c.target.owner().isEmpty() && roots.test(c.target)).toList();
    return ofRoot.isEmpty()
        ? meant.stream()
            .filter(c -> c.target.owner().isPresent() && users.test(c.target.unlabelled()))
            .filter(c -> users.test(c.target))
            .toList()
        : ofRoot;
  }

  private static Container theOne(TargetName name, List<Container> found) throws TargetNotFound {
    if (found.isEmpty()) {
      throw TargetNotFound.unknown(name);
    }
    List<Target> targets = found.stream().map(Container::target).toList();
    if (found.size() > 1) {
      throw new TargetNotFound(
          TargetNotFound.Cause.AMBIGUOUS,
          "'%s' is ambiguous: %s"
              .formatted(
                  name, targets.stream().map(Target::address).collect(Collectors.joining(" and "))),
          targets);
    }
    return found.getFirst();
  }
}
