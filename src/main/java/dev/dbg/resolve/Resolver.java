package dev.dbg.resolve;

import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.KernelException;
import dev.dbg.model.Pid;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
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
 * Finds containers and takes hold of their processes.
 *
 * <p>A number is not a process: between a runtime's answer and our open, the container may die and
 * its number go to a stranger. So the process is held first, and then the runtime is asked (again)
 * whether it is the one; only an answer given while we hold it counts. Where the container was seen
 * before, its process is held on that hint, and one question is enough.
 *
 * <p>Root's engines come first. Users' Podmans are asked about a name only when no engine of root's
 * knows it: no user can make such a name ambiguous, or keep anybody waiting for it.
 *
 * <p>Any thread may ask.
 */
public final class Resolver implements Containers<PinnedTarget> {
  /** More names than anybody types; beyond, hints are forgotten, which costs a question. */
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

  /** Something that can be asked again about what it has found. */
  private record Sighting(ContainerRuntime runtime, FoundContainer found) {
    Target target() {
      return found.target();
    }
  }

  /**
   * Asks every engine of root's about a container of its own, if it has one: what a session asks.
   *
   * @return whether all of them answered
   */
  public boolean rehearse() {
    boolean all = true;
    for (EngineRuntime engine : engines) {
      try {
        List<FoundContainer> running = engine.running();
        String id = running.isEmpty() ? "none" : running.get(0).target().id();
        Optional<FoundContainer> _ = engine.find(id);
      } catch (RuntimeUnavailable e) {
        // It will be said to whoever needs it.
        all = false;
      }
    }
    return all;
  }

  /** How each engine answers, asked now, one after the other. */
  public List<EngineHealth> health() {
    return engines.stream().map(EngineHealth::of).toList();
  }

  /** The running containers of all runtimes that answer. */
  public List<Target> running() {
    List<Target> all = new ArrayList<>();
    for (ContainerRuntime runtime : searched) {
      try {
        runtime.running().forEach(found -> all.add(found.target()));
      } catch (RuntimeUnavailable e) {
        // A list of what can be seen is worth more than none.
      }
    }
    users.ifPresent(podmans -> podmans.running().forEach(found -> all.add(found.target())));
    return all;
  }

  @Override
  public PinnedTarget hold(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable, KernelException {
    Pid hint = hints.get(name.toString());
    if (hint != null) {
      try (PidRef grip = PidRef.on(hint)) {
        FoundContainer found = find(name, admitted).found();
        try (Capabilities.Raised _ = Capabilities.raise()) {
          if (grip.isOf(found) && grip.isTheirs(found)) {
            return grip.confirmed(found);
          }
        }
      } catch (KernelException e) {
        // The process of the hint is gone: look anew.
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
      // It was there a moment ago.
      throw absence.kind() == TargetNotFound.Kind.UNKNOWN ? TargetNotFound.unknown(name) : absence;
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

  /** The one that is meant, of those that may be seen. */
  private static Optional<Target> among(
      List<FoundContainer> all, String nameOrId, Predicate<Target> admitted) {
    List<Target> visible = all.stream().map(FoundContainer::target).filter(admitted).toList();
    return NameOrId.among(visible, nameOrId, Target::id, target -> List.of(target.name()));
  }

  private PinnedTarget holdAnew(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable, KernelException {
    Sighting first = find(name, admitted);
    Pid pid = new Pid(first.target().pid());
    try (PidRef grip = PidRef.on(pid)) {
      Optional<FoundContainer> again = first.runtime().find(first.target().id());
      if (again.isEmpty() || !again.get().isSameProcess(first.found()) || !grip.isOf(again.get())) {
        throw changed(first.target());
      }
      if (!grip.isTheirs(again.get())) {
        throw notTheirs(again.get().target());
      }
      if (hints.size() < MOST_HINTS) {
        hints.put(name.toString(), pid);
      }
      return grip.confirmed(again.get());
    } catch (KernelException e) {
      if (e.isNoSuchProcess()) {
        throw changed(first.target());
      }
      throw e;
    }
  }

  private static TargetNotFound changed(Target target) {
    return new TargetNotFound(
        TargetNotFound.Kind.CHANGED,
        "%s was restarted or ended just now: try again".formatted(target.name()),
        List.of(target));
  }

  private static TargetNotFound notTheirs(Target target) {
    return new TargetNotFound(
        TargetNotFound.Kind.NOT_THEIRS,
        "%s is not process %d: what is said to be it is in no user namespace of that user's: whose Podman says so is not to be trusted"
            .formatted(target.address(), target.pid()),
        List.of(target));
  }

  private Sighting find(TargetName name, Predicate<Target> admitted)
      throws TargetNotFound, RuntimeUnavailable {
    List<Sighting> all = new ArrayList<>();
    if (users.isEmpty() || name.user().isEmpty()) {
      for (ContainerRuntime runtime : asked(name)) {
        runtime.find(name.name()).ifPresent(found -> all.add(new Sighting(runtime, found)));
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
    Target target = targets.get(0);
    if (!target.isRunning()) {
      throw new TargetNotFound(
          TargetNotFound.Kind.NOT_RUNNING,
          "%s is not running (%s)".formatted(target.name(), target.state()),
          targets);
    }
    return all.get(0);
  }

  private static TargetNotFound ambiguous(TargetName name, List<Target> targets) {
    return new TargetNotFound(
        TargetNotFound.Kind.AMBIGUOUS,
        "'%s' is ambiguous: %s"
            .formatted(
                name, targets.stream().map(Resolver::named).collect(Collectors.joining(" and "))),
        targets);
  }

  /** Two of different users are told apart by the user, and by the id as well. */
  private static String named(Target target) {
    return target.owner().isEmpty()
        ? target.address()
        : "%s (%s)".formatted(target.address(), target.shortId());
  }

  private static boolean mayBeUsers(TargetName name) {
    return name.scheme().map(PodmanState.SCHEME::equals).orElse(true);
  }

  /**
   * What users have of that name and may be seen. Each is first looked for among all that its user
   * has, which takes as long whatever is there; only what may be seen is asked about by its id,
   * which may start that user's service.
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
                    .ifPresent(found -> all.add(new Sighting(new OneUsers(users, uid), found))));
    return all;
  }

  /** The Podman of the user who has it, to be asked again. */
  private record OneUsers(UsersPodmans users, Uid uid) implements ContainerRuntime {
    @Override
    public String scheme() {
      return PodmanState.SCHEME;
    }

    @Override
    public Optional<FoundContainer> find(String nameOrId) {
      return users.findOf(uid, nameOrId);
    }

    @Override
    public List<FoundContainer> all() {
      return List.of();
    }

    @Override
    public List<FoundContainer> running() {
      return List.of();
    }
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
          TargetNotFound.Kind.NO_SUCH_RUNTIME,
          "'%s' is no runtime that dbgd knows: %s".formatted(scheme, known()),
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
