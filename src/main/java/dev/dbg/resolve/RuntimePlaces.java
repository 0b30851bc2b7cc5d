package dev.dbg.resolve;

import dev.dbg.resolve.engine.EngineLocation;
import java.util.List;

/**
 * Where the runtimes are that this dbgd searches: {@code [runtimes]} of {@code dbgd.toml}.
 *
 * @param engines root's engines
 * @param rootless whether users' engines are searched
 */
public record RuntimePlaces(List<EngineLocation> engines, boolean rootless) {
  public RuntimePlaces {
    engines = List.copyOf(engines);
  }
}
