package dev.dbg.resolve.systemd;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.process.HostProcess;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code unit://NAME.service}: services of the system manager that run. Their control groups say
 * which those are and prove their processes; the manager is not asked. Only the name of the unit is
 * found, not an alias, so that a service has one name for rules.
 *
 * <p>A service may share all its namespaces with the host. It is listed only if it has one of its
 * own that a person would debug: net, pid, user or ipc. Most services have their own mnt, and many
 * their own uts, from options like PrivateTmp= and ProtectHostname= that are set for hardening.
 *
 * <p>For any thread.
 */
public final class UnitRuntime implements ContainerRuntime {
  private static final String SCHEME = "unit";

  private static final Set<NamespaceKind> OF_A_CONTAINER =
      EnumSet.of(NamespaceKind.NET, NamespaceKind.PID, NamespaceKind.USER, NamespaceKind.IPC);

  @Override
  public List<String> schemes() {
    return List.of(SCHEME);
  }

  @Override
  public boolean hasBareNames() {
    return false;
  }

  @Override
  public List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    if (!NameGrammar.isService(name.name())) {
      return List.of();
    }
    try {
      Optional<UnitTree> tree = UnitTree.find();
      Optional<UnitTree.Group> group =
          tree.isEmpty() ? Optional.empty() : tree.get().group(name.name());
      return group.isEmpty() ? List.of() : running(group.get()).stream().toList();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /** The services that run, without their processes. */
  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    return groups().stream().map(group -> found(group, 0)).toList();
  }

  @Override
  public List<FoundContainer> running() throws RuntimeUnavailable {
    List<FoundContainer> running = new ArrayList<>();
    for (UnitTree.Group group : groups()) {
      try {
        running(group).filter(UnitRuntime::isLikeAContainer).ifPresent(running::add);
      } catch (IOException e) {
        // It has just ended.
      }
    }
    return running;
  }

  private static List<UnitTree.Group> groups() throws RuntimeUnavailable {
    try {
      return UnitTree.allGroups().stream().filter(UnitTree.Group::isService).toList();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private static Optional<FoundContainer> running(UnitTree.Group group) throws IOException {
    Optional<Pid> main = MainProcess.of(group);
    return main.filter(UnitRuntime::hasBegun).map(process -> found(group, process.number()));
  }

  private static boolean hasBegun(Pid main) {
    try (ProcDir process = ProcDir.open(main);
        ProcDir manager = ProcDir.open(new Pid(1))) {
      return isServices(process.executable(), process.command(), manager.executable());
    } catch (KernelException e) {
      return false;
    }
  }

  /**
   * Whether a process has executed the service's program. Before, it is the service manager's, soon
   * called {@code (PROGRAM)}, and still in the host's namespaces: who waits for a start would enter
   * these.
   */
  static boolean isServices(String program, String name, String manager) {
    return !program.endsWith("/systemd-executor")
        && !(name.startsWith("(") && program.equals(manager));
  }

  private static boolean isLikeAContainer(FoundContainer found) {
    try (ProcDir process = ProcDir.open(new Pid(found.target().pid()))) {
      return !HostProcess.shares(process, OF_A_CONTAINER);
    } catch (KernelException e) {
      return false;
    }
  }

  private static FoundContainer found(UnitTree.Group group, int pid) {
    return FoundContainer.named(
        SCHEME,
        group.unit(),
        "running",
        pid,
        ResolvedBy.API,
        new Evidence.InGroup(List.of(group.path())));
  }

  private static RuntimeUnavailable unavailable(IOException e) {
    return new RuntimeUnavailable(
        "systemd: the control groups of services cannot be read: " + e.getMessage());
  }

  @Override
  public Optional<RuntimeHealth> health() {
    Optional<UnitTree> tree = Optional.empty();
    try {
      tree = UnitTree.find();
    } catch (IOException e) {
      // As if there were none.
    }
    String place = tree.map(found -> found.top().toString()).orElse("/sys/fs/cgroup");
    return Optional.of(
        RuntimeHealth.of(SCHEME, place, tree.isPresent(), () -> "systemd", this::running));
  }
}
