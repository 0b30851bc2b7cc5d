package dev.dbg.resolve;

import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.NamedRuntime;
import dev.dbg.resolve.container.ProcessRuntime;
import dev.dbg.resolve.containerd.ContainerdRuntime;
import dev.dbg.resolve.containerd.CrioRuntime;
import dev.dbg.resolve.engine.ImageRuntime;
import dev.dbg.resolve.lxc.IncusRuntime;
import dev.dbg.resolve.lxc.LxcRuntime;
import dev.dbg.resolve.systemd.MachineRuntime;
import dev.dbg.resolve.systemd.UnitRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The list of root's runtimes, in the order in which they are searched. None of them shows a
 * container without a name of its grammar.
 */
final class Runtimes {
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
