package dev.dbg.resolve.systemd;

import dev.dbg.model.ResolvedBy;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.Silence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code nspawn://NAME}: the containers of root that are registered with systemd-machined, by
 * systemd-nspawn or another program. Their name is their id, as a machine id need not be unique.
 *
 * <p>What proves a leader is its inode in pidfs. Without pidfs, or from machined's files, it is the
 * control group of the unit that contains the machine's processes.
 *
 * <p>For any thread.
 */
public final class MachineRuntime implements ContainerRuntime {
  private static final String SCHEME = "nspawn";

  private final MachineFiles files;
  private final MachineService service;
  private final Silence silence = Silence.endedBy(SCHEME, this::asksIfThere);

  /** {@code directory} is {@code /run/systemd}. */
  public MachineRuntime(Path directory) {
    files = new MachineFiles(directory.resolve("machines"));
    service = new MachineService(directory.resolve("machine"));
  }

  @Override
  public List<String> schemes() {
    return List.of(SCHEME);
  }

  @Override
  public List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    if (!files.has(name.name())) {
      return List.of();
    }
    return present(name.name()).stream().toList();
  }

  private Optional<FoundContainer> present(String name) {
    if (silence.why().isEmpty()) {
      try {
        return service
            .find(name)
            .filter(Machine::isContainer)
            .map(machine -> found(machine, leader(machine), ResolvedBy.API));
      } catch (IOException e) {
        silence.begins(String.valueOf(e.getMessage()));
      }
    }
    return files
        .read(name)
        .filter(machine -> machine.name().equals(name) && machine.isContainer())
        .map(machine -> PidRef.checked(found(machine, unit(machine, groups()), ResolvedBy.DISK)));
  }

  private void asksIfThere() throws RuntimeUnavailable {
    if (Files.isDirectory(files.directory())) {
      List<FoundContainer> _ = asked();
    }
  }

  private static Evidence leader(Machine machine) {
    return machine
        .leaderInode()
        .<Evidence>map(Evidence.Handed::new)
        .orElseGet(() -> unit(machine, groups()));
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

  private static Evidence unit(Machine machine, Map<String, String> groups) {
    String path = groups.get(machine.unit());
    return path == null ? Evidence.NONE : new Evidence.InGroup(List.of(path));
  }

  /** The machines that run: machined knows no others. */
  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    return listed(Map.of());
  }

  private List<FoundContainer> listed(Map<String, String> groups) throws RuntimeUnavailable {
    try {
      return files.all().stream()
          .filter(Machine::isContainer)
          .map(machine -> found(machine, unit(machine, groups), ResolvedBy.DISK))
          .toList();
    } catch (IOException e) {
      throw new RuntimeUnavailable(
          "nspawn: %s cannot be read: %s".formatted(files.directory(), e.getMessage()));
    }
  }

  @Override
  public List<FoundContainer> running() throws RuntimeUnavailable {
    return listed(groups()).stream().filter(PidRef::isRunning).toList();
  }

  private static FoundContainer found(Machine machine, Evidence evidence, ResolvedBy way) {
    return FoundContainer.named(SCHEME, machine.name(), "running", machine.leader(), way, evidence);
  }

  @Override
  public Optional<RuntimeHealth> health() {
    return Optional.of(
        RuntimeHealth.of(
            SCHEME,
            files.directory().toString(),
            Files.isDirectory(files.directory()),
            () -> "systemd-machined",
            this::asked));
  }

  /** The machines that run, after machined has answered about one of them. */
  private List<FoundContainer> asked() throws RuntimeUnavailable {
    List<FoundContainer> running = running();
    try {
      if (!running.isEmpty()) {
        Optional<Machine> _ = service.find(running.getFirst().target().name());
      }
      return running;
    } catch (IOException e) {
      throw new RuntimeUnavailable(
          "machined does not answer: %s: see journalctl -u systemd-machined"
              .formatted(e.getMessage()));
    }
  }
}
