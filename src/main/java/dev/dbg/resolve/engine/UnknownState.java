package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The files of an engine that are at a place which the configuration does not tell. */
record UnknownState() implements DiskState {
  @Override
  public boolean isThere() {
    return false;
  }

  @Override
  public Optional<FoundContainer> find(String nameOrId) throws IOException {
    return all().stream().findFirst();
  }

  @Override
  public List<FoundContainer> all() throws IOException {
    throw new IOException("dbgd.toml does not say where it is");
  }

  @Override
  public List<String> groups(String id) {
    return List.of();
  }

  @Override
  public boolean isOf(EngineAnswer.Itself engine) {
    return false;
  }

  @Override
  public StateIndex index() {
    return this::all;
  }

  @Override
  public boolean tellAll() {
    return false;
  }
}
