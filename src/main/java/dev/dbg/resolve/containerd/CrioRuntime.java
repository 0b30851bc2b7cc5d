package dev.dbg.resolve.containerd;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.engine.StorageIndex;
import dev.dbg.resolve.engine.StoredContainer;
import dev.dbg.resolve.engine.StoredContainer.OfPod;
import dev.dbg.resolve.log.ContainerLog;
import dev.dbg.resolve.log.LogWanted;
import dev.dbg.resolve.stopped.PodmanFiles;
import dev.dbg.resolve.stopped.StoppedFiles;
import dev.dbg.resolve.untrusted.Allowance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A CRI-O of root: the containers of Kubernetes pods, {@code k8s://NAMESPACE/POD/CONTAINER}, by its
 * storage on the disk. CRI-O is never asked, and may be stopped.
 *
 * <p>A pod's names are those of the lists of its storage, which CRI-O fills with what the kubelet
 * told it. They are not those of {@code config.json}: CRI-O adds a pod's annotations and labels to
 * its own annotations there, so whoever makes a pod can replace these. For the same reason the
 * labels of a pod are unknown, and no label of {@code config.json} is looked at.
 *
 * <p>A sandbox is no container here: it runs nothing, and often is no process.
 *
 * <p>For any thread.
 */
public final class CrioRuntime implements ContainerRuntime {
  static final String CRIO = "crio";

  /** Where the kubelet has the logs of pods. */
  private static final Path LOGS = Path.of("/var/log/pods");

  private final CrioLocation place;
  private final Uid owner;
  private final StorageIndex<Tenant> index;

  /** Of each container in the lists that was looked at: it never gets another. */
  private final Map<String, List<String>> groups = new ConcurrentHashMap<>();

  /** Whether a container of CRI-O's was ever there. */
  private volatile boolean isKnown;

  /** A container, and what the lists say of it: nothing of its process. */
  private record Tenant(StoredContainer stored, PodContainer container, FoundContainer found) {}

  public CrioRuntime(CrioLocation place) {
    this(place, Uid.ROOT);
  }

  CrioRuntime(CrioLocation place, Uid owner) {
    this.place = place;
    this.owner = owner;
    this.index = new StorageIndex<>(place.graphRoot(), this::read);
  }

  @Override
  public List<String> schemes() {
    return List.of(TypedName.KUBERNETES, TypedName.CRI);
  }

  /** {@inheritDoc} Others than the container by its own name or id are as listed. */
  @Override
  public List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    TypedName typed = new TypedName(name, Set.of());
    List<Tenant> all = listed(name.scheme().isPresent());
    return typed.among(found(all)).stream()
        .map(one -> typed.isOwn(one.target()) ? now(its(all, one.target()).orElseThrow()) : one)
        .toList();
  }

  @Override
  public List<FoundContainer> meant(TargetName name, List<FoundContainer> some) {
    return new TypedName(name, Set.of()).among(some);
  }

  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    return found(listed(false));
  }

  /**
   * The newest first. Which of several attempts of a container's is meant depends on whether they
   * run, so these are as they are now, whoever asks for what.
   */
  private List<FoundContainer> found(List<Tenant> all) {
    Map<String, Long> attempts =
        all.stream().collect(groupingBy(one -> one.container().name(), counting()));
    return all.stream()
        .map(one -> attempts.getOrDefault(one.container().name(), 0L) > 1 ? now(one) : one.found())
        .toList();
  }

  @Override
  public List<FoundContainer> running() throws RuntimeUnavailable {
    return listed(true).stream().map(this::now).filter(PidRef::isRunning).toList();
  }

  @Override
  public List<FoundContainer> described(boolean ended) throws RuntimeUnavailable {
    return ended ? listed(true).stream().map(this::now).toList() : running();
  }

  /** The files of one that has ended, which the storage keeps as it keeps Podman's. */
  @Override
  public Optional<StoppedFiles> files(Target target) throws IOException {
    if (its(stored(), target).isEmpty()) {
      return Optional.empty();
    }
    List<Path> roots =
        List.of(TrustedFile.realPath(place.graphRoot()), TrustedFile.realPath(place.runRoot()));
    return Optional.of(PodmanFiles.of(roots, target.id()));
  }

  @Override
  public ContainerLog log(Target target, LogWanted wanted) throws RuntimeUnavailable {
    Tenant one =
        its(listed(true), target)
            .orElseThrow(() -> new RuntimeUnavailable("CRI-O has no " + target.address()));
    return PodLog.open(
        target,
        LOGS.resolve(one.container().logs()),
        one.container().container(),
        wanted,
        () -> PidRef.isRunning(now(one)));
  }

  @Override
  public Optional<RuntimeHealth> health() {
    return Optional.of(
        RuntimeHealth.of(
            CRIO, place.graphRoot().toString(), isThere(), () -> "its storage", this::running));
  }

  /** Podman's containers may be all that there are. */
  private boolean isThere() {
    try {
      return !listed(true).isEmpty();
    } catch (RuntimeUnavailable e) {
      return true; // To say why.
    }
  }

  private List<Tenant> stored() throws IOException {
    return FileStamp.isAt(place.graphRoot()) ? index.now() : List.of();
  }

  /**
   * Lists that cannot be read are none where others may be meant: they may be Podman's alone, whose
   * containers are found without them. Not so once there was one of CRI-O's.
   */
  private List<Tenant> listed(boolean isItsAlone) throws RuntimeUnavailable {
    try {
      return stored();
    } catch (IOException e) {
      if (!isItsAlone && !isKnown) {
        return List.of();
      }
      throw new RuntimeUnavailable(
          "CRI-O's state cannot be read: %s: name the directories with crio in dbgd.toml"
              .formatted(e.getMessage()));
    }
  }

  private List<Tenant> read() throws IOException {
    if (!StoredContainer.areAt(place.graphRoot())) {
      return List.of();
    }
    List<StoredContainer> all;
    try (Allowance allowance = Allowance.ofRuntime()) {
      all = StoredContainer.all(place.graphRoot(), owner, allowance);
    }
    Map<String, OfPod> sandboxes = new HashMap<>();
    for (StoredContainer one : all) {
      one.pod().filter(pod -> isSandbox(one, pod)).ifPresent(pod -> sandboxes.put(one.id(), pod));
    }
    List<Tenant> listed =
        all.reversed().stream().flatMap(one -> listed(one, sandboxes).stream()).toList();
    isKnown = isKnown || !listed.isEmpty();
    groups.keySet().retainAll(listed.stream().map(one -> one.stored().id()).toList());
    return listed;
  }

  private static boolean isSandbox(StoredContainer one, OfPod pod) {
    return pod.sandbox().equals(one.id());
  }

  /** Empty for what is no container of a pod's. */
  private static Optional<Tenant> listed(StoredContainer one, Map<String, OfPod> sandboxes) {
    return one.pod()
        .filter(pod -> !isSandbox(one, pod))
        .flatMap(
            pod ->
                Optional.ofNullable(sandboxes.get(pod.sandbox()))
                    .flatMap(
                        its ->
                            PodContainer.named(its.namespace(), its.name(), its.uid(), pod.name())))
        .map(it -> new Tenant(one, it, found(one, it, "running", 0, Evidence.NONE)));
  }

  private static FoundContainer found(
      StoredContainer one, PodContainer container, String state, int pid, Evidence evidence) {
    Target target =
        new Target(
            TypedName.KUBERNETES,
            Optional.empty(),
            one.id(),
            container.name(),
            // What the lists have as a name is an id, or a digest, as the kubelet gave it.
            new Image("", one.image()),
            Optional.empty(),
            state,
            pid,
            ResolvedBy.DISK);
    return new FoundContainer(
        target.in(new Target.Pod(container.uid(), Optional.empty())), evidence);
  }

  private static Optional<Tenant> its(List<Tenant> all, Target target) {
    return all.stream().filter(one -> one.stored().id().equals(target.id())).findFirst();
  }

  /** The container as it is now: it runs, if the process does of which conmon wrote the number. */
  private FoundContainer now(Tenant one) {
    try {
      Optional<OwnedTree.Content> file = one.stored().pidFile(place.runRoot(), owner);
      int pid = StoredContainer.pid(file);
      if (pid > 0) {
        Evidence itsGroup = new Evidence.InGroup(List.of(), () -> groups(one.stored()));
        return PidRef.present(
            found(one.stored(), one.container(), "running", pid, itsGroup),
            file.orElseThrow().changedAt());
      }
    } catch (IOException e) {
      // It has not run, or not since the host was booted.
    }
    if (one.stored().hasShim(place.runRoot())) {
      return found(one.stored(), one.container(), Target.UNKNOWN, 0, Evidence.NONE);
    }
    return new FoundContainer(one.found().target().ended(), Evidence.NONE);
  }

  /** Whoever makes a pod chooses how long the file is, so it is not read for each list. */
  private List<String> groups(StoredContainer stored) {
    List<String> its = groups.getOrDefault(stored.id(), List.of());
    if (its.isEmpty()) {
      its = StoredContainer.groups(place.graphRoot(), owner, stored.id());
      groups.put(stored.id(), its);
    }
    return its;
  }
}
