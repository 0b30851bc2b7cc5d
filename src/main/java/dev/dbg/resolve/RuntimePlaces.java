package dev.dbg.resolve;

import dev.dbg.resolve.engine.EngineLocation;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the runtimes are that this dbgd searches: {@code [runtimes]} of {@code dbgd.toml}.
 *
 * @param engines root's engines
 * @param rootless whether users' engines are searched
 * @param lxc the directories of root's LXC containers
 * @param incus the directories of incusd
 * @param machines whether the machines of systemd-machined are searched
 * @param units whether services of systemd are searched
 */
public record RuntimePlaces(
    List<EngineLocation> engines,
    boolean rootless,
    List<Path> lxc,
    List<Path> incus,
    boolean machines,
    boolean units) {
  public RuntimePlaces {
    engines = List.copyOf(engines);
    lxc = List.copyOf(lxc);
    incus = List.copyOf(incus);
  }
}
