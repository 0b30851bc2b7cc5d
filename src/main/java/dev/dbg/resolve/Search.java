package dev.dbg.resolve;

import dev.dbg.model.Replica;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameOrId;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import dev.dbg.resolve.user.UsersEngines;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Searches the runtimes for the containers that a name means.
 *
 * <p>A container's own name comes before a service's. Root's runtimes are asked first. Users'
 * engines are asked about a name only if none of root's runtimes knows it, so no user can make a
 * name of root's containers ambiguous, or delay an operator who uses it.
 *
 * <p>For any thread.
 */
final class Search {
  /** What may be the beginning of an id, for rules too. */
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]+");

  private final List<ContainerRuntime> runtimes;
  private final ServiceNames services;
  private final Optional<UsersEngines> users;

  Search(RuntimePlaces places) {
    runtimes = Runtimes.of(places);
    services = new ServiceNames(runtimes);
    users = places.rootless() ? Optional.of(new UsersEngines()) : Optional.empty();
  }

  /** Asks the runtime that has the container, by its id. */
  private interface Recheck {
    Optional<FoundContainer> find() throws RuntimeUnavailable;
  }

  /**
   * A container.
   *
   * @param recheck asks the same runtime again
   */
  record Sighting(FoundContainer found, Recheck recheck) {
    Target target() {
      return found.target();
    }

    /** The same container as its runtime describes it now; empty if the runtime has none. */
    Optional<FoundContainer> again() throws RuntimeUnavailable {
      return recheck.find();
    }
  }

  /** Asks each of root's runtimes now, one after the other, and reports how it answers. */
  List<RuntimeHealth> health() {
    return runtimes.stream().map(ContainerRuntime::health).flatMap(Optional::stream).toList();
  }

  /** Asks each of root's runtimes what a session asks; whether all of them answered. */
  boolean warmUp() {
    boolean all = true;
    for (ContainerRuntime runtime : runtimes) {
      try {
        runtime.warmUp();
      } catch (RuntimeUnavailable e) {
        // Sessions that need this runtime report the error.
        all = false;
      }
    }
    return all;
  }

  /** The running containers of all runtimes that answer. */
  List<Target> running() {
    List<FoundContainer> all = new ArrayList<>();
    for (ContainerRuntime runtime : runtimes) {
      try {
        all.addAll(runtime.running());
      } catch (RuntimeUnavailable e) {
        // The containers of the other runtimes are listed.
      }
    }
    users.ifPresent(theirs -> all.addAll(theirs.running()));
    return all.stream().map(FoundContainer::target).toList();
  }

  /** All containers of all runtimes that answer, running or not. */
  List<Target> all() {
    List<FoundContainer> all = new ArrayList<>();
    for (ContainerRuntime runtime : runtimes) {
      try {
        runtime.all().stream().map(PidRef::checked).forEach(all::add);
      } catch (RuntimeUnavailable e) {
        // The containers of the other runtimes are listed.
      }
    }
    users.ifPresent(theirs -> all.addAll(theirs.all()));
    return all.stream().map(FoundContainer::target).toList();
  }

  /**
   * The containers that a name means, as their runtimes describe them now.
   *
   * @param admitted the containers that the operator may see: users' engines are asked about no
   *     others, and a name that is not the container's own finds no others
   */
  List<Sighting> find(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable {
    List<Sighting> all = new ArrayList<>();
    for (ContainerRuntime runtime : asked(name)) {
      for (FoundContainer found : runtime.find(name)) {
        if (isOwnName(name, found.target())) {
          all.add(new Sighting(found, () -> again(runtime, found)));
        } else if (admitted.test(found.target())) {
          again(runtime, found)
              .filter(now -> admitted.test(now.target()))
              .ifPresent(now -> all.add(new Sighting(now, () -> again(runtime, now))));
        }
      }
    }
    if (all.isEmpty() && ServiceNames.mayMean(name)) {
      all.addAll(replicas(name, admitted));
    }
    if (all.isEmpty() && mayBeUsers(name)) {
      all.addAll(ofUsers(users.get(), name, admitted));
    }
    return all;
  }

  /** The replicas that a service's name means; the only one as its runtime describes it now. */
  private List<Sighting> replicas(TargetName name, Predicate<Target> admitted)
      throws RuntimeUnavailable {
    List<ServiceNames.ListedReplica> meant = services.meant(name, admitted);
    List<Sighting> all = new ArrayList<>();
    for (ServiceNames.ListedReplica listed : meant) {
      Optional<FoundContainer> now =
          meant.size() > 1
              ? Optional.of(listed.found())
              : again(listed.runtime(), listed.found())
                  .filter(found -> admitted.test(found.target()));
      now.ifPresent(found -> all.add(new Sighting(found, () -> again(listed.runtime(), found))));
    }
    return all;
  }

  /**
   * Whether the name is the container's own, or its id, or the beginning of its id. Whoever may
   * know about all containers to which such a name may refer may know about this one.
   */
  private static boolean isOwnName(TargetName name, Target target) {
    boolean isBeginningOfId =
        DIGITS.matcher(name.name()).matches() && target.id().startsWith(name.name());
    return name.scheme().map(target.runtime()::equals).orElse(true)
        && (name.name().equals(target.name()) || isBeginningOfId);
  }

  private static Optional<FoundContainer> again(ContainerRuntime runtime, FoundContainer found)
      throws RuntimeUnavailable {
    Target target = found.target();
    return runtime.find(new TargetName(Optional.of(target.runtime()), target.id())).stream()
        .filter(found::isSame)
        .findFirst();
  }

  /**
   * Users' containers of that name that the operator may see. Each is first looked up in the list
   * of all containers of its user, which takes the same time whatever the list contains. Only about
   * a container that the operator may see, the user's service is asked by id, which may start it.
   */
  private static List<Sighting> ofUsers(
      UsersEngines users, TargetName name, Predicate<Target> admitted) {
    List<Sighting> all = new ArrayList<>();
    users
        .all(name)
        .forEach(
            theirs ->
                among(theirs, name.container(), target -> admitted.test(target.unlabelled()))
                    .flatMap(users::again)
                    .filter(found -> admitted.test(found.target()))
                    .ifPresent(
                        found -> all.add(new Sighting(found, () -> users.again(found.target())))));
    return all;
  }

  /**
   * The containers among those that the operator may see that a name means, from the lists of the
   * runtimes' containers. The requests do not depend on the containers.
   */
  List<Target> seen(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable {
    List<Target> seen = new ArrayList<>();
    for (ContainerRuntime runtime : asked(name)) {
      List<FoundContainer> visible =
          runtime.all().stream().filter(found -> admitted.test(found.target())).toList();
      runtime.meant(name, visible).stream()
          .map(FoundContainer::target)
          .filter(admitted)
          .forEach(seen::add);
    }
    if (seen.isEmpty() && ServiceNames.mayMean(name)) {
      services.meant(name, admitted).stream()
          .map(ServiceNames.ListedReplica::target)
          .forEach(seen::add);
    }
    if (seen.isEmpty() && mayBeUsers(name)) {
      users
          .get()
          .all(name)
          .forEach(
              theirs ->
                  among(theirs, name.container(), target -> admitted.test(target.unlabelled()))
                      .ifPresent(seen::add));
    }
    return seen;
  }

  /** The container of that name or id, among those that may be seen. */
  private static Optional<Target> among(
      List<FoundContainer> all, String nameOrId, Predicate<Target> admitted) {
    List<Target> visible = all.stream().map(FoundContainer::target).filter(admitted).toList();
    return NameOrId.among(visible, nameOrId, Target::id, target -> List.of(target.name()));
  }

  /** The runtimes of root to which the name may refer. */
  private List<ContainerRuntime> asked(TargetName name) throws TargetNotFound {
    if (name.scheme().isEmpty()) {
      return runtimes.stream().filter(ContainerRuntime::hasBareNames).toList();
    }
    String scheme = name.scheme().get();
    if (scheme.equals(Replica.SCHEME) || (users.isPresent() && name.user().isPresent())) {
      return List.of();
    }
    List<ContainerRuntime> chosen =
        runtimes.stream().filter(runtime -> runtime.schemes().contains(scheme)).toList();
    if (chosen.isEmpty() && !mayBeUsers(name)) {
      throw new TargetNotFound(
          TargetNotFound.Cause.NO_SUCH_RUNTIME,
          "'%s' is not a runtime of this dbgd: %s".formatted(scheme, known()),
          List.of());
    }
    return chosen;
  }

  private boolean mayBeUsers(TargetName name) {
    return users.isPresent()
        && (name.scheme().isEmpty() || users.get().schemes().contains(name.scheme().get()));
  }

  private String known() {
    Stream<String> ofUsers = users.stream().flatMap(engines -> engines.schemes().stream());
    Stream<String> ofRoot = runtimes.stream().flatMap(runtime -> runtime.schemes().stream());
    return Stream.concat(ofUsers, ofRoot).distinct().sorted().collect(Collectors.joining(", "));
  }
}
