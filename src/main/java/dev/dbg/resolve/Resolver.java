package dev.dbg.resolve;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.Image;
import dev.dbg.model.Pid;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Containers;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.container.NamedRuntime;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.ProcessRuntime;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeQuestion;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import dev.dbg.resolve.containerd.ContainerdRuntime;
import dev.dbg.resolve.containerd.CrioRuntime;
import dev.dbg.resolve.engine.ImageRuntime;
import dev.dbg.resolve.log.ContainerLog;
import dev.dbg.resolve.log.LogAdvice;
import dev.dbg.resolve.log.LogWanted;
import dev.dbg.resolve.lxc.IncusRuntime;
import dev.dbg.resolve.lxc.LxcRuntime;
import dev.dbg.resolve.stopped.StoppedFiles;
import dev.dbg.resolve.systemd.MachineRuntime;
import dev.dbg.resolve.systemd.UnitRuntime;
import dev.dbg.resolve.user.UnansweredEngine;
import dev.dbg.resolve.user.UserEngineReport;
import dev.dbg.resolve.user.UserReaders;
import dev.dbg.resolve.user.UsersAnswers;
import dev.dbg.resolve.user.UsersEngines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds containers and pins their processes.
 *
 * <p>Between a runtime's answer and the opening of a pidfd, the container may end and its pid be
 * reused. So the pidfd is opened first, and the runtime is asked again; only an answer that was
 * given while the pidfd is held is trusted. For a container that was found before, the pid is
 * known, and one question is enough.
 *
 * <p>For any thread.
 */
public final class Resolver implements Containers<PinnedTarget> {
  /** The most names whose pids are kept; a name that is not costs one more question. */
  private static final int MOST_HINTS = 4096;

  private final List<ContainerRuntime> runtimes;
  private final Optional<UsersEngines> users;
  private final Search search;
  private final StoppedContainers stopped;
  private final Map<String, Pid> hints = new ConcurrentHashMap<>();

  public Resolver(RuntimePlaces places, UserReaders readers) {
    runtimes = Runtimes.of(places);
    users = places.rootless() ? Optional.of(new UsersEngines(readers)) : Optional.empty();
    search = new Search(runtimes, new ServiceNames(runtimes), users);
    stopped = new StoppedContainers(places.engines(), runtimes);
  }

  /** Without users' engines. */
  Resolver(List<ContainerRuntime> runtimes, StoppedContainers stopped) {
    this.runtimes = runtimes;
    this.users = Optional.empty();
    this.search = new Search(runtimes, new ServiceNames(runtimes), users);
    this.stopped = stopped;
  }

  /** The same for a rehearsal: without users' engines, and as if no name had been looked for. */
  public Resolver ofRoot() {
    return new Resolver(runtimes, stopped);
  }

  /** {@link Rehearsal}; returns whether all of root's runtimes answered, and soon. */
  public boolean warmUp() {
    return new Rehearsal(runtimes, ofRoot(), System::nanoTime).run();
  }

  /** Asks each of root's runtimes now, one after the other, and reports how it answers. */
  public List<RuntimeHealth> health() {
    return runtimes.stream().map(ContainerRuntime::health).flatMap(Optional::stream).toList();
  }

  /** The engines that users have, without a request to any service: only for root. */
  public List<UserEngineReport> usersEngines() {
    return users.map(UsersEngines::reports).orElse(List.of());
  }

  /** Of all runtimes that answer. */
  @Override
  public <T> T running(Function<List<Target>, T> use) {
    return listed(runtime -> runtime::running, false, use, _ -> {});
  }

  /**
   * Hands over the containers of all runtimes that answer, as they are at present, for people to
   * read.
   *
   * @param ended whether also those that do not run
   * @param use is to keep nothing of them, because users choose how large they are
   * @param without is called before with what does not answer
   */
  public <T> T described(
      boolean ended, Function<List<Target>, T> use, Consumer<List<UnansweredEngine>> without) {
    return listed(runtime -> () -> runtime.described(ended), ended, use, without);
  }

  /** Users' containers are counted as long as they are used: {@link UsersAnswers}. */
  private <T> T listed(
      Function<ContainerRuntime, RuntimeQuestion<List<FoundContainer>>> request,
      boolean ended,
      Function<List<Target>, T> use,
      Consumer<List<UnansweredEngine>> without) {
    List<UnansweredEngine> unheard = new ArrayList<>();
    List<FoundContainer> all = new ArrayList<>();
    for (ContainerRuntime runtime : runtimes) {
      try {
        request.apply(runtime).ask().stream().map(PidRef::checked).forEach(all::add);
      } catch (RuntimeUnavailable e) {
        // The containers of the other runtimes are listed.
        unheard.add(new UnansweredEngine(runtime.schemes().getFirst(), Optional.empty()));
      }
    }
    if (users.isEmpty()) {
      without.accept(unheard);
      return use.apply(targets(all, ended));
    }
    try (UsersAnswers theirs = users.get().all(ended)) {
      theirs.all().stream()
          .flatMap(List::stream)
          .map(found -> ended ? PidRef.checked(found) : found)
          .filter(found -> ended || PidRef.isRunning(found))
          .forEach(all::add);
      unheard.addAll(theirs.unheard());
      without.accept(unheard);
      return use.apply(targets(all, ended));
    }
  }

  private static List<Target> targets(List<FoundContainer> all, boolean ended) {
    return all.stream()
        .map(FoundContainer::target)
        .filter(target -> ended || target.isUp())
        .toList();
  }

  /** What a container wrote: {@link ContainerRuntime#log}. */
  public ContainerLog log(Target target, LogWanted wanted) throws RuntimeUnavailable {
    return rootsRuntime(target, "log", "logs").log(target, wanted);
  }

  /** What its runtime tells of a container: {@link ContainerRuntime#inspected}. */
  public <T> T inspected(Target target, ContainerRuntime.AnswerReader<T> reader)
      throws RuntimeUnavailable {
    return rootsRuntime(target, "status", "inspect").inspected(target, reader);
  }

  private ContainerRuntime rootsRuntime(Target target, String what, String verb)
      throws RuntimeUnavailable {
    if (target.owner().isPresent()) {
      throw new RuntimeUnavailable(
          "dbgd asks no user's engine for a %s: root types %s"
              .formatted(what, LogAdvice.ofUsers(target, target.owner().get(), verb)));
    }
    return runtime(target);
  }

  /** The images that root's engines keep, whoever may see them; none if a list is not readable. */
  public List<Target> images() {
    try {
      List<FoundContainer> all = new ArrayList<>();
      for (ContainerRuntime runtime : runtimes) {
        if (runtime.schemes().contains(Image.SCHEME)) {
          all.addAll(runtime.all());
        }
      }
      return all.stream().map(FoundContainer::target).toList();
    } catch (RuntimeUnavailable e) {
      return List.of();
    }
  }

  /** Of several with its scheme, the one that has it: a host may have two containerds. */
  private ContainerRuntime runtime(Target target) throws RuntimeUnavailable {
    List<ContainerRuntime> some =
        runtimes.stream().filter(runtime -> runtime.schemes().contains(target.runtime())).toList();
    RuntimeUnavailable why = new RuntimeUnavailable("no runtime has " + target.address());
    for (ContainerRuntime runtime : some) {
      try {
        if (some.size() == 1 || has(runtime, target)) {
          return runtime;
        }
      } catch (RuntimeUnavailable e) {
        why = e;
      }
    }
    throw why;
  }

  private static boolean has(ContainerRuntime runtime, Target target) throws RuntimeUnavailable {
    return !runtime.find(exactly(target)).isEmpty()
        || (!target.isUp()
            && runtime.ended().stream().anyMatch(found -> isSame(found.target(), target)));
  }

  /**
   * Holds the process of a container that was found before, and that a decision was made on. Where
   * an id is only a name, its labels and its image must be the same too: another container may have
   * that name now.
   */
  public PinnedTarget holdAgain(Target target)
      throws TargetNotFound, RuntimeUnavailable, KernelException {
    PinnedTarget held = hold(exactly(target), again -> isSame(again, target), Need.PROCESS);
    if (!isSame(held.target(), target)) {
      held.close();
      throw changed(target);
    }
    return held;
  }

  private static boolean isSame(Target again, Target target) {
    return again.runtime().equals(target.runtime())
        && again.owner().equals(target.owner())
        && again.id().equals(target.id())
        && (NameGrammar.isId(target.id())
            || (again.labels().equals(target.labels()) && again.image().equals(target.image())));
  }

  /** The files of a container that does not run, once it is decided that they may be looked at. */
  public StoppedFiles files(Target target) throws RuntimeUnavailable {
    return stopped.of(target);
  }

  @Override
  public PinnedTarget hold(TargetName name, Predicate<Target> admitted, Need need)
      throws TargetNotFound, RuntimeUnavailable, KernelException {
    if (need == Need.NAME) {
      Search.Sightings only = find(name, admitted, need);
      return PinnedTarget.unheld(only.first().target()).beside(only.unheard());
    }
    Pid hint = hints.get(name.toString());
    if (hint != null) {
      try (PidRef process = PidRef.on(hint)) {
        Search.Sightings only = find(name, admitted, need);
        Optional<PinnedTarget> pinned =
            only.first().target().isRunning()
                ? process.pinned(only.first().found())
                : Optional.empty();
        if (pinned.isPresent()) {
          return pinned.get().beside(only.unheard());
        }
      } catch (KernelException e) {
        // The process is gone: start again.
      }
      hints.remove(name.toString());
    }
    return holdAnew(name, admitted, need);
  }

  @Override
  public PinnedTarget holdSeen(TargetName name, Predicate<Target> admitted, Need need)
      throws TargetNotFound, RuntimeUnavailable, KernelException {
    List<String> unheard = new ArrayList<>();
    List<Target> seen = search.seen(name, admitted, need != Need.PROCESS, unheard);
    try {
      return hold(exactly(only(name, seen, unheard)), admitted, need).beside(unheard);
    } catch (TargetNotFound absence) {
      // The container has just ended, and its runtime tells only of those that run.
      throw absence.kind() == TargetNotFound.Cause.UNKNOWN ? TargetNotFound.unknown(name) : absence;
    }
  }

  private static TargetName exactly(Target target) {
    return new TargetName(
        Optional.of(target.runtime()),
        target.owner().map(owner -> owner.user() + "/").orElse("") + target.id());
  }

  private PinnedTarget holdAnew(TargetName name, Predicate<Target> admitted, Need need)
      throws TargetNotFound, RuntimeUnavailable, KernelException {
    Search.Sightings only = find(name, admitted, need);
    Search.Sighting first = only.first();
    if (!first.target().isRunning()) {
      return PinnedTarget.stopped(first.target()).beside(only.unheard());
    }
    Pid pid = new Pid(first.target().pid());
    try (PidRef process = PidRef.on(pid)) {
      Optional<FoundContainer> again = first.again().ask();
      if (again.isEmpty() || !again.get().isSameProcess(first.found())) {
        throw changed(first.target());
      }
      Optional<PinnedTarget> pinned = process.pinned(again.get());
      if (pinned.isEmpty()) {
        throw notProved(again.get().target(), process.judge(again.get()));
      }
      if (hints.size() >= MOST_HINTS) {
        // Most are of containers that are no more.
        hints.clear();
      }
      hints.put(name.toString(), pid);
      return pinned.get().beside(only.unheard());
    } catch (KernelException e) {
      if (e.isNoSuchProcess()) {
        throw changed(first.target());
      }
      throw e;
    }
  }

  /** The only container that the name means; it runs, if its process is needed. */
  private Search.Sightings find(TargetName name, Predicate<Target> admitted, Need need)
      throws TargetNotFound, RuntimeUnavailable {
    Search.Sightings sightings = search.find(name, admitted, need != Need.PROCESS);
    List<Target> targets = sightings.all().stream().map(Search.Sighting::target).toList();
    Target target = only(name, targets, sightings.unheard());
    if (need != Need.NAME && target.lacksProcess()) {
      throw new TargetNotFound(
          TargetNotFound.Cause.NO_PROCESS,
          "no process of %s is known: it is being started, or it runs in a virtual machine, as with Kata, in which dbg cannot look: try again, or use its runtime's exec"
              .formatted(target.name()),
          targets);
    }
    if (need == Need.PROCESS && !target.isRunning()) {
      throw new TargetNotFound(
          TargetNotFound.Cause.NOT_RUNNING,
          "%s is not running (%s)".formatted(target.name(), target.state()),
          targets);
    }
    return sightings;
  }

  private static Target only(TargetName name, List<Target> found, List<String> unheard)
      throws TargetNotFound {
    if (found.isEmpty()) {
      throw unheard.isEmpty()
          ? TargetNotFound.unknown(name)
          : TargetNotFound.unheard(name, unheard);
    }
    if (found.size() > 1 || name.isPattern()) {
      throw ambiguous(name, found);
    }
    return found.getFirst();
  }

  private static TargetNotFound changed(Target target) {
    return new TargetNotFound(
        TargetNotFound.Cause.CHANGED,
        "%s was restarted or ended just now: try again".formatted(target.name()),
        List.of(target));
  }

  private static TargetNotFound notProved(Target target, Evidence.Judgement judgement) {
    return switch (judgement) {
      case PROVED, PAST -> changed(target);
      case UNPROVED ->
          target.owner().isPresent()
              ? changed(target)
              : new TargetNotFound(
                  TargetNotFound.Cause.UNPROVED,
                  "process %d cannot be proved to be %s: it is in no control group that only root can make for this container: see Proof in dbg-inside(7)"
                      .formatted(target.pid(), target.address()),
                  List.of(target));
      case NOT_THEIRS ->
          new TargetNotFound(
              TargetNotFound.Cause.NOT_THEIRS,
              "%s cannot be process %d, which is in no user namespace of that user's: do not trust this engine"
                  .formatted(target.address(), target.pid()),
              List.of(target));
    };
  }

  private static TargetNotFound ambiguous(TargetName name, List<Target> targets) {
    return new TargetNotFound(
        TargetNotFound.Cause.AMBIGUOUS,
        "'%s' is %s: %s"
            .formatted(
                name,
                name.isPattern() ? "a pattern, which no container has as its name" : "ambiguous",
                QuotedText.list(targets.stream().map(Resolver::named).toList())),
        targets);
  }

  /** A user's container, and an image, is known by its id, as several may have the same name. */
  private static String named(Target target) {
    String address = RawText.quoted(target.address());
    String named =
        target.owner().isEmpty() && !target.isImage()
            ? address
            : "%s (%s)".formatted(address, target.shortId());
    return target.isUp() ? named : "%s (%s)".formatted(named, target.state());
  }

  /**
   * The list of root's runtimes, in the order in which they are searched. None of them shows a
   * container without a name of its grammar.
   */
  private static final class Runtimes {
    private static final Path SYSTEMD = Path.of("/run/systemd");
    private static final Path MACHINES = Path.of("/var/lib/machines");

    private Runtimes() {}

    static List<ContainerRuntime> of(RuntimePlaces places) {
      return Stream.<Stream<? extends ContainerRuntime>>of(
              places.engines().stream().map(engine -> engine.runtime()),
              places.containerds().stream().map(ContainerdRuntime::new),
              places.crios().stream().map(CrioRuntime::new),
              places.lxc().stream().map(LxcRuntime::new),
              places.incus().stream().map(IncusRuntime::new),
              places.machines() ? Stream.of(new MachineRuntime(SYSTEMD, MACHINES)) : Stream.of(),
              places.units() ? Stream.of(new UnitRuntime()) : Stream.of(),
              Stream.of(new ImageRuntime(places.engines()), new ProcessRuntime()))
          .flatMap(runtimes -> runtimes)
          .<ContainerRuntime>map(NamedRuntime::new)
          .toList();
    }
  }
}
