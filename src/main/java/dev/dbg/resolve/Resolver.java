package dev.dbg.resolve;

import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.KernelException;
import dev.dbg.model.Pid;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Containers;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameOrId;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.ProcessRuntime;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import dev.dbg.resolve.engine.DiskState;
import dev.dbg.resolve.engine.EngineHealth;
import dev.dbg.resolve.engine.EngineLocation;
import dev.dbg.resolve.engine.EngineRuntime;
import dev.dbg.resolve.engine.EngineWithFallback;
import dev.dbg.resolve.engine.PodmanState;
import dev.dbg.resolve.user.UsersPodmans;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds containers and pins their processes.
 *
 * <p>Between a runtime's answer and the opening of a pidfd, the container may end and its pid be
 * reused. So the pidfd is opened first, and the runtime is asked again; only an answer that was
 * given while the pidfd is held is trusted. For a container that was found before, the pid is
 * known, and one question is enough.
 *
 * <p>Root's engines are asked first. Users' Podmans are asked about a name only if none of root's
 * engines knows it, so no user can make a name of root's containers ambiguous, or delay an operator
 * who uses it.
 *
 * <p>For any thread.
 */
public final class Resolver implements Containers<PinnedTarget> {
  /** The most names whose pids are kept; any other name costs one more question. */
  private static final int MOST_HINTS = 4096;

  private final ProcessRuntime process = new ProcessRuntime();
  private final List<EngineRuntime> engines = new ArrayList<>();
  private final List<ContainerRuntime> searched = new ArrayList<>();
  private final Optional<UsersPodmans> users;
  private final Map<String, Pid> hints = new ConcurrentHashMap<>();

  /**
   * @param places root's engines
   * @param users whether users' rootless Podmans are looked for
   */
  public Resolver(List<EngineLocation> places, boolean users) {
    this.users = users ? Optional.of(new UsersPodmans()) : Optional.empty();
    for (EngineLocation place : places) {
      EngineRuntime engine = new EngineRuntime(place.scheme(), place.socket());
      engines.add(engine);
      Optional<DiskState> state = place.onDisk();
      searched.add(state.isPresent() ? new EngineWithFallback(engine, state.get()) : engine);
    }
  }

  /** Asks the runtime that has the container, by its id. */
  private interface Recheck {
    Optional<FoundContainer> find(String id) throws RuntimeUnavailable;
  }

  /**
   * A container.
   *
   * @param again asks the same runtime again
   */
  private record Sighting(FoundContainer found, Recheck again) {
    Target target() {
      return found.target();
    }
  }

  /**
   * Asks each of root's engines what a session would ask, about one of its containers.
   *
   * @return whether all of them answered
   */
  public boolean warmUp() {
    boolean all = true;
    for (EngineRuntime engine : engines) {
      try {
        List<FoundContainer> running = engine.running();
        String id = running.isEmpty() ? "none" : running.getFirst().target().id();
        Optional<FoundContainer> _ = engine.find(id);
      } catch (RuntimeUnavailable e) {
        // Sessions that need this engine report the error.
        all = false;
      }
    }
    return all;
  }

  /** Asks each engine now, one after the other, and reports how it answers. */
  public List<EngineHealth> health() {
    return engines.stream().map(EngineHealth::of).toList();
  }

  /** The running containers of all runtimes that answer. */
  @Override
  public List<Target> running() {
    List<FoundContainer> all = new ArrayList<>();
    for (ContainerRuntime runtime : searched) {
      try {
        all.addAll(runtime.running());
      } catch (RuntimeUnavailable e) {
        // The containers of the other runtimes are listed.
      }
    }
    users.ifPresent(podmans -> all.addAll(podmans.running()));
    return all.stream().map(FoundContainer::target).toList();
  }

  @Override
  public PinnedTarget hold(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable, KernelException {
    Pid hint = hints.get(name.toString());
    if (hint != null) {
      try (PidRef process = PidRef.on(hint)) {
        FoundContainer found = find(name, admitted).found();
        try (Capabilities.Raised _ = Capabilities.raise()) {
          if (process.isOf(found) && process.isTheirs(found)) {
            return process.confirmed(found);
          }
        }
      } catch (KernelException e) {
        // The process is gone: start again.
      }
      hints.remove(name.toString());
    }
    return holdAnew(name, admitted);
  }

  @Override
  public PinnedTarget holdSeen(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable, KernelException {
    List<Target> seen = seen(name, admitted);
    if (seen.isEmpty()) {
      throw TargetNotFound.unknown(name);
    }
    if (seen.size() > 1) {
      throw ambiguous(name, seen);
    }
    try {
      return hold(exactly(seen.getFirst()), admitted);
    } catch (TargetNotFound absence) {
      // The container has just ended.
      throw absence.kind() == TargetNotFound.Cause.UNKNOWN ? TargetNotFound.unknown(name) : absence;
    }
  }

  private static TargetName exactly(Target target) {
    return new TargetName(
        Optional.of(target.runtime()),
        target.owner().map(owner -> owner.user() + "/").orElse("") + target.id());
  }

  private List<Target> seen(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable {
    if (name.scheme().equals(Optional.of(process.scheme()))) {
      return process.imagined(name.name()).filter(admitted).stream().toList();
    }
    List<Target> seen = new ArrayList<>();
    if (users.isEmpty() || name.user().isEmpty()) {
      for (ContainerRuntime runtime : asked(name)) {
        among(runtime.all(), name.name(), admitted).ifPresent(seen::add);
      }
    }
    if (seen.isEmpty() && users.isPresent() && mayBeUsers(name)) {
      users
          .get()
          .all(name.user())
          .values()
          .forEach(
              all ->
                  among(all, name.container(), target -> admitted.test(target.unlabelled()))
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

  private PinnedTarget holdAnew(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable, KernelException {
    Sighting first = find(name, admitted);
    Pid pid = new Pid(first.target().pid());
    try (PidRef process = PidRef.on(pid)) {
      Optional<FoundContainer> again = first.again().find(first.target().id());
      if (again.isEmpty()
          || !again.get().isSameProcess(first.found())
          || !process.isOf(again.get())) {
        throw changed(first.target());
      }
      if (!process.isTheirs(again.get())) {
        throw notTheirs(again.get().target());
      }
      if (hints.size() < MOST_HINTS) {
        hints.put(name.toString(), pid);
      }
      return process.confirmed(again.get());
    } catch (KernelException e) {
      if (e.isNoSuchProcess()) {
        throw changed(first.target());
      }
      throw e;
    }
  }

  private static TargetNotFound changed(Target target) {
    return new TargetNotFound(
        TargetNotFound.Cause.CHANGED,
        "%s was restarted or ended just now: try again".formatted(target.name()),
        List.of(target));
  }

  private static TargetNotFound notTheirs(Target target) {
    return new TargetNotFound(
        TargetNotFound.Cause.NOT_THEIRS,
        "%s cannot be process %d, which is in no user namespace of that user's: do not trust this Podman"
            .formatted(target.address(), target.pid()),
        List.of(target));
  }

  private Sighting find(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable {
    List<Sighting> all = new ArrayList<>();
    if (users.isEmpty() || name.user().isEmpty()) {
      for (ContainerRuntime runtime : asked(name)) {
        runtime.find(name.name()).ifPresent(found -> all.add(new Sighting(found, runtime::find)));
      }
    }
    if (all.isEmpty() && users.isPresent() && mayBeUsers(name)) {
      all.addAll(ofUsers(users.get(), name, admitted));
    }
    List<Target> targets = all.stream().map(Sighting::target).toList();
    if (all.isEmpty()) {
      throw TargetNotFound.unknown(name);
    }
    if (all.size() > 1) {
      throw ambiguous(name, targets);
    }
    Target target = targets.getFirst();
    if (!target.isRunning()) {
      throw new TargetNotFound(
          TargetNotFound.Cause.NOT_RUNNING,
          "%s is not running (%s)".formatted(target.name(), target.state()),
          targets);
    }
    return all.getFirst();
  }

  private static TargetNotFound ambiguous(TargetName name, List<Target> targets) {
    return new TargetNotFound(
        TargetNotFound.Cause.AMBIGUOUS,
        "'%s' is ambiguous: %s"
            .formatted(
                name, targets.stream().map(Resolver::named).collect(Collectors.joining(" and "))),
        targets);
  }

  /** A user's container is identified by its id, because several users may use the same name. */
  private static String named(Target target) {
    return target.owner().isEmpty()
        ? target.address()
        : "%s (%s)".formatted(target.address(), target.shortId());
  }

  private static boolean mayBeUsers(TargetName name) {
    return name.scheme().map(PodmanState.SCHEME::equals).orElse(true);
  }

  /**
   * Users' containers of that name that the operator may see. Each is first looked up in the list
   * of all containers of its user, which takes the same time whatever the list contains. Only about
   * a container that the operator may see, the user's service is asked by id, which may start it.
   */
  private static List<Sighting> ofUsers(
      UsersPodmans users, TargetName name, Predicate<Target> admitted) {
    List<Sighting> all = new ArrayList<>();
    users
        .all(name.user())
        .forEach(
            (uid, theirs) ->
                among(theirs, name.container(), target -> admitted.test(target.unlabelled()))
                    .flatMap(target -> users.findOf(uid, target.id()))
                    .filter(found -> admitted.test(found.target()))
                    .ifPresent(found -> all.add(new Sighting(found, id -> users.findOf(uid, id)))));
    return all;
  }

  private List<ContainerRuntime> asked(TargetName name) throws TargetNotFound {
    if (name.scheme().isEmpty()) {
      return searched;
    }
    String scheme = name.scheme().get();
    if (scheme.equals(process.scheme())) {
      return List.of(process);
    }
    List<ContainerRuntime> chosen =
        searched.stream().filter(r -> r.scheme().equals(scheme)).toList();
    if (chosen.isEmpty() && !(users.isPresent() && mayBeUsers(name))) {
      throw new TargetNotFound(
          TargetNotFound.Cause.NO_SUCH_RUNTIME,
          "'%s' is not a runtime of this dbgd: %s".formatted(scheme, known()),
          List.of());
    }
    return chosen;
  }

  private String known() {
    return Stream.concat(
            searched.stream().map(ContainerRuntime::scheme),
            users.isPresent()
                ? Stream.of(PodmanState.SCHEME, process.scheme())
                : Stream.of(process.scheme()))
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
