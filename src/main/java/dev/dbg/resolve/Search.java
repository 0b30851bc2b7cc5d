package dev.dbg.resolve;

import dev.dbg.model.Replica;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameOrId;
import dev.dbg.resolve.container.RuntimeQuestion;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import dev.dbg.resolve.user.UnansweredEngine;
import dev.dbg.resolve.user.UsersAnswers;
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
record Search(
    List<ContainerRuntime> runtimes, ServiceNames services, Optional<UsersEngines> users) {
  /** What may be the beginning of an id, for rules too. */
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]+");

  /**
   * A container.
   *
   * @param again asks the same runtime for the same container as it is now; empty if it has none
   */
  record Sighting(FoundContainer found, RuntimeQuestion<Optional<FoundContainer>> again) {
    /** Of one of root's runtimes. */
    static Sighting in(ContainerRuntime runtime, FoundContainer found) {
      return new Sighting(found, () -> runtime.again(found));
    }

    Target target() {
      return found.target();
    }
  }

  /**
   * The containers that were found.
   *
   * @param unheard the engines of users that may have another one, and do not answer
   */
  record Sightings(List<Sighting> all, List<String> unheard) {
    Sighting first() {
      return all.getFirst();
    }
  }

  /**
   * The containers that a name means, as their runtimes describe them now.
   *
   * @param admitted the containers that the operator may see: users' engines are asked about no
   *     others, and a name that is not the container's own finds no others
   * @param ended whether one that does not run is enough
   */
  Sightings find(TargetName name, Predicate<Target> admitted, boolean ended)
      throws TargetNotFound, RuntimeUnavailable {
    List<Sighting> meant = new ArrayList<>();
    for (ContainerRuntime runtime : asked(name)) {
      for (FoundContainer found : told(name, () -> runtime.find(name))) {
        if (isOwnName(name, found.target())) {
          meant.add(Sighting.in(runtime, found));
        } else if (admitted.test(found.target())) {
          runtime
              .again(found)
              .filter(now -> admitted.test(now.target()))
              .ifPresent(now -> meant.add(Sighting.in(runtime, now)));
        }
      }
    }
    List<Sighting> all = new ArrayList<>(up(name, meant));
    if (all.isEmpty() && ServiceNames.mayMean(name)) {
      all.addAll(services.meant(name, admitted, ended));
    }
    if (all.isEmpty() && ended) {
      all.addAll(ended(name, target -> isOwnName(name, target) || admitted.test(target)));
    }
    return all.isEmpty() && mayBeUsers(name)
        ? ofUsers(name, admitted)
        : new Sightings(all, List.of());
  }

  /**
   * Of several, without those of pods that have ended and have another name, if any is left: the
   * containers that prepare a pod are listed longer than they run.
   */
  private static List<Sighting> up(TargetName name, List<Sighting> all) throws RuntimeUnavailable {
    List<Sighting> up = new ArrayList<>();
    for (Sighting one : all.size() > 1 && !name.isPattern() ? all : List.<Sighting>of()) {
      if (one.target().pod().isEmpty()
          || isOwnName(name, one.target())
          || one.again().ask().filter(now -> now.target().isRunning()).isPresent()) {
        up.add(one);
      }
    }
    return up.isEmpty() ? all : up;
  }

  /** Those that root's runtimes tell of only if they are asked for what does not run. */
  private List<Sighting> ended(TargetName name, Predicate<Target> wanted)
      throws TargetNotFound, RuntimeUnavailable {
    List<Sighting> all = new ArrayList<>();
    for (ContainerRuntime runtime : asked(name)) {
      List<FoundContainer> some =
          told(name, runtime::ended).stream().filter(found -> wanted.test(found.target())).toList();
      runtime.meant(name, some).forEach(found -> all.add(Sighting.in(runtime, found)));
    }
    return all;
  }

  /**
   * A runtime's answer. A bare name is not answered without one of them, which may have a container
   * of that name too; the message says how to leave it out.
   */
  private static List<FoundContainer> told(
      TargetName name, RuntimeQuestion<List<FoundContainer>> request) throws RuntimeUnavailable {
    try {
      return request.ask();
    } catch (RuntimeUnavailable e) {
      throw name.scheme().isPresent()
          ? e
          : new RuntimeUnavailable(
              "%s: or type %s with the scheme of another runtime, which alone is asked then"
                  .formatted(e.message(), name));
    }
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

  /**
   * Users' containers of that name that the operator may see. Each is first looked up in the list
   * of all containers of its user, which takes the same time whatever the list contains. Only about
   * a container that the operator may see, the user's service is asked by id.
   */
  private Sightings ofUsers(TargetName name, Predicate<Target> admitted) {
    UsersEngines users = this.users.orElseThrow();
    List<String> unheard = new ArrayList<>();
    List<Sighting> all = new ArrayList<>();
    for (Target target : amongUsers(name, admitted, unheard)) {
      try {
        users
            .again(target)
            .filter(found -> admitted.test(found.target()))
            .ifPresent(found -> all.add(new Sighting(found, () -> users.again(found.target()))));
      } catch (RuntimeUnavailable e) {
        unheard.add(new UnansweredEngine(target.runtime(), target.owner()).words());
      }
    }
    return new Sightings(all, unheard);
  }

  /** Of each user's list the container that the name means, if the operator may see it. */
  private List<Target> amongUsers(
      TargetName name, Predicate<Target> admitted, List<String> unheard) {
    try (UsersAnswers lists = users.orElseThrow().all(name)) {
      List<Target> all =
          lists.all().stream()
              .map(
                  theirs ->
                      among(theirs, name.container(), target -> admitted.test(target.unlabelled())))
              .flatMap(Optional::stream)
              .toList();
      lists.unheard().stream()
          .filter(one -> one.mayHave(name.container(), admitted))
          .map(UnansweredEngine::words)
          .forEach(unheard::add);
      return all;
    }
  }

  /**
   * The containers among those that the operator may see that a name means, from the lists of the
   * runtimes' containers. The requests do not depend on the containers.
   *
   * @param unheard gets the engines of {@link Sightings}
   */
  List<Target> seen(
      TargetName name, Predicate<Target> admitted, boolean ended, List<String> unheard)
      throws TargetNotFound, RuntimeUnavailable {
    List<Sighting> meant = new ArrayList<>();
    for (ContainerRuntime runtime : asked(name)) {
      List<FoundContainer> visible =
          told(name, runtime::all).stream().filter(found -> admitted.test(found.target())).toList();
      runtime.meant(name, visible).forEach(found -> meant.add(Sighting.in(runtime, found)));
    }
    List<Target> seen = new ArrayList<>(up(name, meant).stream().map(Sighting::target).toList());
    if (seen.isEmpty() && ServiceNames.mayMean(name)) {
      services.meant(name, admitted, ended).stream().map(Sighting::target).forEach(seen::add);
    }
    if (seen.isEmpty() && ended) {
      ended(name, admitted).stream().map(Sighting::target).forEach(seen::add);
    }
    if (seen.isEmpty() && mayBeUsers(name)) {
      seen.addAll(amongUsers(name, admitted, unheard));
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
