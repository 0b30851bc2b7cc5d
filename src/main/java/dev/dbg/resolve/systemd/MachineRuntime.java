package dev.dbg.resolve.systemd;

import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.stopped.DirectoryFiles;
import dev.dbg.resolve.stopped.StoppedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code nspawn://NAME}: the containers of root that are registered with systemd-machined, by
 * systemd-nspawn or another program. Their name is their id, as a machine id need not be unique.
 *
 * <p>machined's record names a machine's leader, and the control group of the machine's unit proves
 * it. machined itself is not asked.
 *
 * <p>For any thread.
 */
public final class MachineRuntime implements ContainerRuntime {
  private static final String SCHEME = "nspawn";

  /** The end of the name of an image of a disk. */
  private static final String DISK = ".raw";

  private final MachineFiles files;
  private final Path images;

  /** The directories are {@code /run/systemd} and {@code /var/lib/machines}. */
  public MachineRuntime(Path directory, Path images) {
    this.files = new MachineFiles(directory.resolve("machines"));
    this.images = images;
  }

  @Override
  public List<String> schemes() {
    return List.of(SCHEME);
  }

  @Override
  public List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    return files
        .read(name.name())
        .filter(Machine::isContainer)
        .map(machine -> PidRef.checked(found(machine, groups())).foundBy(ResolvedBy.API))
        .stream()
        .toList();
  }

  /** The paths of the groups of all units, by the units' names. */
  private static Map<String, String> groups() {
    try {
      return UnitTree.allGroups().stream()
          .collect(Collectors.toMap(UnitTree.Group::unit, UnitTree.Group::path, (a, b) -> a));
    } catch (IOException e) {
      return Map.of();
    }
  }

  /** The machines that run: machined knows no others. */
  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    return listed(Map.of());
  }

  @Override
  public List<FoundContainer> running() throws RuntimeUnavailable {
    return listed(groups()).stream().filter(PidRef::isRunning).toList();
  }

  private List<FoundContainer> listed(Map<String, String> groups) throws RuntimeUnavailable {
    return known().stream()
        .filter(Machine::isContainer)
        .map(machine -> found(machine, groups))
        .toList();
  }

  /**
   * Directories in {@code /var/lib/machines} that no machine of root's has as its own or for its
   * name. They are not looked at: a file system there may not answer.
   */
  @Override
  public List<FoundContainer> ended() throws RuntimeUnavailable {
    List<Machine> known = known();
    Path real = realImages();
    return Stream.ofNullable(real.toFile().list())
        .flatMap(Stream::of)
        .filter(name -> MachineFiles.isName(name) && !name.endsWith(DISK))
        .filter(name -> known.stream().noneMatch(machine -> has(machine, real.resolve(name))))
        .map(
            name -> FoundContainer.named(SCHEME, name, "stopped", 0, ResolvedBy.API, Evidence.NONE))
        .toList();
  }

  /** Without links, as machined has the directories of machines. */
  private Path realImages() {
    try {
      return images.toRealPath();
    } catch (IOException e) {
      return images;
    }
  }

  private static boolean has(Machine machine, Path image) {
    boolean isSame = image.endsWith(machine.name()) || machine.root().equals(image.toString());
    return isSame && !machine.isOfUser();
  }

  private List<Machine> known() throws RuntimeUnavailable {
    try {
      return files.all();
    } catch (IOException e) {
      throw new RuntimeUnavailable(
          "nspawn: %s cannot be read: %s".formatted(files.directory(), e.getMessage()));
    }
  }

  /** A machine that has ended, but is on record still, may have had another directory. */
  @Override
  public Optional<StoppedFiles> files(Target target) throws IOException {
    Path image = realImages().resolve(target.id());
    Optional<Machine> recorded = files.read(target.id()).filter(machine -> !machine.isOfUser());
    if (recorded.isPresent() && !recorded.get().root().equals(image.toString())) {
      throw new IOException("its files were in '%s'".formatted(recorded.get().root()));
    }
    return Optional.of(DirectoryFiles.ofMachine(image));
  }

  private static FoundContainer found(Machine machine, Map<String, String> groups) {
    String path = groups.get(machine.unit());
    return FoundContainer.named(
        SCHEME,
        machine.name(),
        "running",
        machine.leader(),
        ResolvedBy.DISK,
        path == null ? Evidence.NONE : new Evidence.InGroup(List.of(path)));
  }

  @Override
  public Optional<RuntimeHealth> health() {
    return Optional.of(
        RuntimeHealth.of(
            SCHEME,
            files.directory().toString(),
            Files.isDirectory(files.directory()),
            () -> "systemd-machined",
            this::running));
  }
}
