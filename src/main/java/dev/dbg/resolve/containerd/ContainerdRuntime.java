package dev.dbg.resolve.containerd;

import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.containerd.ContainerdApi.ContainerFacts;
import dev.dbg.resolve.log.ContainerLog;
import dev.dbg.resolve.log.LogWanted;
import dev.dbg.resolve.stopped.StoppedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A containerd of root, with the containers of Kubernetes that its CRI started. Those are named
 * {@code k8s://NAMESPACE/POD/CONTAINER}, all others {@code containerd://NAMESPACE/ID}; what dockerd
 * started is Docker's.
 *
 * <p>Bundles on the disk say which containers there are, and the kernel whether they run: both also
 * while containerd is stopped. containerd itself is asked for labels and images.
 *
 * <p>For any thread.
 */
public final class ContainerdRuntime implements ContainerRuntime {
  private final ContainerdLocation place;
  private final ContainerdApi api;
  private final Bundles bundles;
  private final ContainerdCache known;
  private volatile ContainerdIndex index = ContainerdIndex.EMPTY;

  public ContainerdRuntime(ContainerdLocation place) {
    this(place, Uid.ROOT);
  }

  ContainerdRuntime(ContainerdLocation place, Uid owner) {
    this.place = place;
    this.api = new ContainerdApi(place.socket());
    this.bundles = new Bundles(place.state(), owner);
    this.known = new ContainerdCache(api);
  }

  @Override
  public List<String> schemes() {
    return List.of(TypedName.CONTAINERD, TypedName.KUBERNETES, TypedName.CRI);
  }

  /**
   * {@inheritDoc}
   *
   * <p>containerd is asked only about a container by its own name or id. Others are as listed:
   * whether the operator may see them is not known yet, and asking would take time.
   */
  @Override
  public List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    ContainerdIndex now = index();
    List<FoundContainer> found = new ArrayList<>();
    TypedName typed = new TypedName(name, now.defaults());
    for (FoundContainer one : typed.among(now.all())) {
      if (typed.isOwn(one.target())) {
        now.bundle(one.target()).flatMap(this::fresh).ifPresent(found::add);
      } else {
        found.add(one);
      }
    }
    return found;
  }

  @Override
  public List<FoundContainer> meant(TargetName name, List<FoundContainer> some) {
    return new TypedName(name, index.defaults()).among(some);
  }

  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    return index().all();
  }

  /** {@inheritDoc} So do those of which containerd has a task, and no process is known. */
  @Override
  public List<FoundContainer> running() throws RuntimeUnavailable {
    return index().all().stream()
        .filter(one -> one.target().lacksProcess() || PidRef.isRunning(one))
        .toList();
  }

  @Override
  public List<FoundContainer> described(boolean ended) throws RuntimeUnavailable {
    return Stream.concat(running().stream(), ended ? ended().stream() : Stream.of()).toList();
  }

  /** The newest first, which is the last attempt of a pod's container. */
  @Override
  public List<FoundContainer> ended() throws RuntimeUnavailable {
    List<FoundContainer> running = running();
    Set<String> alive = alive();
    Map<Bundle, Optional<ContainerFacts>> all = api.stored();
    Map<String, ContainerFacts> pods = api.pods();
    all.replaceAll(
        (one, facts) ->
            PodContainer.sandbox(one).map(id -> Optional.ofNullable(pods.get(id))).orElse(facts));
    return all.entrySet().stream()
        .filter(one -> Bundle.isIdentifier(one.getKey().id()))
        .filter(one -> !PodContainer.isSandbox(one.getKey()))
        .sorted(Comparator.comparingLong(one -> -one.getKey().started()))
        .map(one -> one.getKey().found(one.getValue(), ResolvedBy.API).target())
        .map(target -> alive.contains(target.id()) ? target : target.ended())
        .map(target -> new FoundContainer(target, Evidence.NONE))
        .filter(one -> running.stream().noneMatch(one::isSame))
        .toList();
  }

  /**
   * The ids of those with a process that nothing says is another one's, proved or not: that of a
   * sandbox is in the sandbox's group.
   */
  Set<String> alive() throws RuntimeUnavailable {
    ContainerdIndex now = index();
    return now.all().stream()
        .filter(
            one ->
                now.bundle(one.target())
                    .filter(its -> present(one, its).target().isUp())
                    .isPresent())
        .map(one -> one.target().id())
        .collect(Collectors.toSet());
  }

  private static FoundContainer present(FoundContainer one, Bundle its) {
    return one.target().pid() > 0
        ? PidRef.present(one, Instant.ofEpochSecond(0, its.started()))
        : one;
  }

  @Override
  public Optional<StoppedFiles> files(Target target) throws IOException {
    return api.files(TypedName.namespace(target), identifier(target), now -> isStill(target, now));
  }

  /** Where an id is only a name, another container may have got it since it was decided on. */
  static boolean isStill(Target target, Optional<ContainerFacts> now) {
    return NameGrammar.isId(target.id())
        || (target.labels().equals(now.map(ContainerFacts::labels))
            && target.image().equals(new Image(now.map(ContainerFacts::image).orElse(""), "")));
  }

  /** What containerd calls it, in its namespace. */
  private static String identifier(Target target) {
    return target.id().substring(target.id().lastIndexOf('/') + 1);
  }

  /** Of one that has no bundle, containerd says the same: it may be between two attempts. */
  @Override
  public ContainerLog log(Target target, LogWanted wanted) throws RuntimeUnavailable {
    ContainerdIndex now = index();
    String namespace = TypedName.namespace(target);
    String id = identifier(target);
    Optional<Bundle> bundle = now.bundle(target).or(() -> api.stored(namespace, id));
    Optional<PodContainer> place = bundle.flatMap(PodContainer::of);
    Optional<String> directory =
        bundle
            .flatMap(PodContainer::sandbox)
            .flatMap(
                sandbox ->
                    Optional.ofNullable(now.byId().get(sandbox))
                        .or(() -> api.stored(namespace, sandbox)))
            .map(PodContainer::logs);
    if (place.isEmpty() || directory.isEmpty() || !directory.get().startsWith("/")) {
      return ContainerRuntime.super.log(target, wanted);
    }
    return PodLog.open(
        target,
        Path.of(directory.get()),
        place.get().container(),
        wanted,
        () -> bundles.now(namespace, id).isPresent());
  }

  @Override
  public Optional<RuntimeHealth> health() {
    return Optional.of(
        RuntimeHealth.of(
            TypedName.CONTAINERD,
            place.state().toString(),
            bundles.isThere(),
            api::version,
            this::running));
  }

  private ContainerdIndex index() throws RuntimeUnavailable {
    if (!bundles.isThere()) {
      return ContainerdIndex.EMPTY;
    }
    try {
      List<Bundle> all = bundles.all();
      ContainerdIndex before = index;
      if (before.isOf(all)) {
        return before;
      }
      synchronized (known) { // one of those who wait asks
        if (!index.isOf(all)) {
          boolean lasting = known.update(all);
          index = ContainerdIndex.of(all, known, lasting);
        }
        return index;
      }
    } catch (IOException e) {
      throw new RuntimeUnavailable(
          "containerd's state cannot be read: %s: name the directory with containerd-state in dbgd.toml"
              .formatted(e.getMessage()));
    }
  }

  /** The container as it is now, or empty if it is gone. */
  private Optional<FoundContainer> fresh(Bundle listed) {
    return bundles
        .now(listed.namespace(), listed.id())
        .map(
            bundle -> {
              Optional<ContainerFacts> facts = known.now(bundle);
              boolean whole = facts.isPresent() || PodContainer.of(bundle).isPresent();
              return present(bundle.found(facts, whole ? ResolvedBy.API : ResolvedBy.DISK), bundle);
            });
  }
}
