package dev.dbg.config;

import dev.dbg.resolve.RuntimePlaces;
import dev.dbg.resolve.containerd.ContainerdLocation;
import dev.dbg.resolve.containerd.CrioLocation;
import dev.dbg.resolve.engine.EngineLocation;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads {@code [runtimes]} of {@code dbgd.toml}, dbgd.toml(5). */
final class RuntimesReader {
  private static final String ROOTLESS = "rootless";
  private static final String CONTAINERD = "containerd";
  private static final String CRIO = "crio";
  private static final String STORAGE = "/var/lib/containers/storage:/run/containers/storage";
  private static final String DOCKER = "docker";
  private static final String PARENTS = "docker-cgroup-parent";
  private static final Pattern PARENT = Pattern.compile("(/[^/:\\s]+)++|[^/:\\s]+\\.slice");
  private static final String CONTAINERDS = "/run/containerd/containerd.sock";

  /**
   * The engines if the configuration has no key for them; an empty list there means no engine. The
   * state directory of an engine with another socket is known only if the configuration names it.
   */
  private static final List<EngineLocation> ENGINES =
      List.of(
          new EngineLocation(
              DOCKER, Path.of("/run/docker.sock"), List.of(Path.of("/var/lib/docker"))),
          new EngineLocation(
              "podman",
              Path.of("/run/podman/podman.sock"),
              List.of(Path.of("/var/lib/containers/storage"), Path.of("/run/containers/storage"))));

  private RuntimesReader() {}

  static RuntimePlaces read(TomlTable table) throws TomlMistake {
    return new RuntimePlaces(
        engines(table),
        containerds(table),
        crios(table),
        isOn(table, ROOTLESS),
        directories(table, "lxc", "/var/lib/lxc"),
        directories(table, "incus", "/var/lib/incus"),
        isOn(table, "nspawn"),
        isOn(table, "units"));
  }

  /** Whether a flag is set, or missing. */
  private static boolean isOn(TomlTable table, String key) throws TomlMistake {
    return !table.has(key) || table.flag(key);
  }

  private static List<Path> directories(TomlTable table, String key, String usual)
      throws TomlMistake {
    return absolutes(table, key, table.has(key) ? table.strings(key) : List.of(usual));
  }

  private static List<EngineLocation> engines(TomlTable table) throws TomlMistake {
    List<EngineLocation> places = new ArrayList<>();
    for (EngineLocation usual : ENGINES) {
      String scheme = usual.scheme();
      List<Path> sockets = List.of(usual.socket());
      if (table.has(scheme)) {
        sockets = absolutes(table, scheme, table.strings(scheme));
      }
      List<List<Path>> states = states(table, scheme, sockets);
      List<String> parents = parents(table, scheme, sockets);
      for (int i = 0; i < sockets.size(); i++) {
        boolean asUsual = states.isEmpty() && sockets.get(i).equals(usual.socket());
        List<Path> state = asUsual ? usual.state() : states.isEmpty() ? List.of() : states.get(i);
        String parent = parents.isEmpty() ? "" : parents.get(i);
        places.add(new EngineLocation(scheme, sockets.get(i), state, parent));
      }
    }
    return List.copyOf(places);
  }

  /** The state directories of each engine, in the order of the sockets; empty if not configured. */
  private static List<List<Path>> states(TomlTable table, String scheme, List<Path> sockets)
      throws TomlMistake {
    String key = scheme + "-state";
    List<List<Path>> states = new ArrayList<>();
    for (String state : table.strings(key)) {
      states.add(directories(table, key, state, EngineLocation.directories(scheme)));
    }
    requireOneEach(table, key, states.size(), scheme, sockets.size());
    return states;
  }

  private static List<Path> directories(TomlTable table, String key, String state, int wanted)
      throws TomlMistake {
    List<Path> directories = absolutes(table, key, List.of(state.split(":", -1)));
    if (directories.size() != wanted) {
      throw table.mistake(
          key,
          "'%s' must be %s".formatted(state, wanted == 1 ? "one directory" : "GRAPHROOT:RUNROOT"));
    }
    return directories;
  }

  private static List<CrioLocation> crios(TomlTable table) throws TomlMistake {
    List<CrioLocation> places = new ArrayList<>();
    for (String state : table.has(CRIO) ? table.strings(CRIO) : List.of(STORAGE)) {
      List<Path> roots = directories(table, CRIO, state, 2);
      places.add(new CrioLocation(roots.getFirst(), roots.getLast()));
    }
    return List.copyOf(places);
  }

  /** The {@code --cgroup-parent} of each dockerd, in the order of the sockets. */
  private static List<String> parents(TomlTable table, String scheme, List<Path> sockets)
      throws TomlMistake {
    if (!scheme.equals(DOCKER)) {
      return List.of();
    }
    List<String> parents = table.strings(PARENTS);
    for (String parent : parents) {
      if (!parent.isEmpty() && !PARENT.matcher(parent).matches()) {
        throw table.mistake(
            PARENTS,
            "'%s' must be what dockerd has as --cgroup-parent: '/GROUP' or 'NAME.slice'"
                .formatted(parent));
      }
    }
    requireOneEach(table, PARENTS, parents.size(), scheme, sockets.size());
    return parents;
  }

  /** Without a key for it, a containerd keeps its state in the directory of its socket. */
  private static List<ContainerdLocation> containerds(TomlTable table) throws TomlMistake {
    List<String> named = table.has(CONTAINERD) ? table.strings(CONTAINERD) : List.of(CONTAINERDS);
    List<Path> sockets = absolutes(table, CONTAINERD, named);
    String key = CONTAINERD + "-state";
    List<Path> states = absolutes(table, key, table.strings(key));
    requireOneEach(table, key, states.size(), CONTAINERD, sockets.size());
    List<ContainerdLocation> places = new ArrayList<>();
    for (int i = 0; i < sockets.size(); i++) {
      Path beside = sockets.get(i).resolveSibling("");
      places.add(new ContainerdLocation(sockets.get(i), states.isEmpty() ? beside : states.get(i)));
    }
    return List.copyOf(places);
  }

  /** A runtime that is switched off needs none, and what is said of it has no effect. */
  private static void requireOneEach(
      TomlTable table, String key, int states, String scheme, int sockets) throws TomlMistake {
    if (sockets != 0 && states != 0 && states != sockets) {
      throw table.mistake(
          key,
          "'%s' must have as many entries as '%s', %d: write one for each socket, or remove '%s'"
              .formatted(key, scheme, sockets, key));
    }
  }

  private static List<Path> absolutes(TomlTable table, String key, List<String> texts)
      throws TomlMistake {
    List<Path> paths = new ArrayList<>();
    for (String text : texts) {
      paths.add(DaemonConfig.absolute(table, key, text));
    }
    return List.copyOf(paths);
  }
}
