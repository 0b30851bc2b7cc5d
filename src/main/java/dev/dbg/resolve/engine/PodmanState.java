package dev.dbg.resolve.engine;

import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameOrId;
import dev.dbg.resolve.untrusted.Allowance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A Podman's containers as its storage library writes them in {@code DRIVER-containers} of the
 * graph root: ids, names, images. The pid is in a file that conmon wrote below the run root when it
 * started the container. Labels are in libpod's database only, so they are unknown here.
 *
 * @param owner the Podman's user; empty for root's. Files of other users are not read.
 * @param allowances gives one for each time that the lists are read
 */
public record PodmanState(
    Path graphRoot, Path runRoot, Optional<Owner> owner, Supplier<Allowance> allowances)
    implements DiskState {
  public static final String SCHEME = "podman";

  @Override
  public boolean isThere() {
    return StoredContainer.areAt(graphRoot);
  }

  @Override
  public Optional<FoundContainer> find(String nameOrId) throws IOException {
    try (Allowance allowance = allowances.get()) {
      Optional<StoredContainer> entry =
          NameOrId.among(listed(allowance), nameOrId, StoredContainer::id, StoredContainer::names);
      return entry.isEmpty() ? Optional.empty() : Optional.of(found(entry.get()));
    }
  }

  @Override
  public List<FoundContainer> all() throws IOException {
    try (Allowance allowance = allowances.get()) {
      List<FoundContainer> all = allowance.list();
      for (StoredContainer entry : listed(allowance)) {
        all.add(found(entry));
      }
      return all;
    }
  }

  @Override
  public boolean isOf(EngineAnswer.Itself engine) {
    try {
      return engine.directory().toRealPath().equals(graphRoot.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public StateIndex index() {
    StorageIndex<FoundContainer> index = new StorageIndex<>(graphRoot, this::all);
    return index::now;
  }

  /** CRI-O, which shares the lists, has its own. */
  private List<StoredContainer> listed(Allowance allowance) throws IOException {
    List<StoredContainer> all = StoredContainer.all(graphRoot, uid(), allowance);
    all.removeIf(container -> container.pod().isPresent());
    return all;
  }

  private FoundContainer found(StoredContainer entry) throws IOException {
    Optional<OwnedTree.Content> pidFile = entry.pidFile(runRoot, uid());
    int pid = StoredContainer.pid(pidFile);
    return new FoundContainer(
        new Target(
            SCHEME,
            owner,
            entry.id(),
            EngineAnswer.name(entry.id(), entry.names().stream()),
            new Image(entry.imageName(), entry.image()),
            Optional.empty(),
            pid > 0 ? "running" : "not running",
            pid,
            ResolvedBy.DISK),
        evidence(entry, pidFile));
  }

  private Evidence evidence(StoredContainer entry, Optional<OwnedTree.Content> pidFile) {
    return owner.isPresent()
        // conmon writes the file when it has started the process.
        ? new Evidence.OfOwner(uid(), entry.id(), pidFile.map(file -> file.changedAt().toString()))
        : EngineAnswer.inGroup(SCHEME, entry.id(), "").orAs(() -> groups(entry.id()));
  }

  /** As root's Podman has written it for the runtime that makes the group. */
  @Override
  public List<String> groups(String id) {
    return StoredContainer.groups(graphRoot, uid(), id);
  }

  private Uid uid() {
    return owner.map(Owner::uid).orElse(Uid.ROOT);
  }
}
