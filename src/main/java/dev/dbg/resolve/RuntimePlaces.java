package dev.dbg.resolve;

import dev.dbg.resolve.containerd.ContainerdLocation;
import dev.dbg.resolve.containerd.CrioLocation;
import dev.dbg.resolve.engine.EngineLocation;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the runtimes are that this dbgd searches: {@code [runtimes]} of {@code dbgd.toml}.
 *
 * @param engines root's engines
 * @param containerds root's containerds
 * @param crios root's CRI-Os
 * @param rootless whether users' engines are searched
 * @param lxc the directories of root's LXC containers
 * @param incus the directories of incusd
 * @param machines whether the machines of systemd-machined are searched
 * @param units whether services of systemd are searched
 */
public record RuntimePlaces(
    List<EngineLocation> engines,
    List<ContainerdLocation> containerds,
    List<CrioLocation> crios,
    boolean rootless,
    List<Path> lxc,
    List<Path> incus,
    boolean machines,
    boolean units) {
  public RuntimePlaces {
    engines = List.copyOf(engines);
    containerds = List.copyOf(containerds);
    crios = List.copyOf(crios);
    lxc = List.copyOf(lxc);
    incus = List.copyOf(incus);
  }
}
