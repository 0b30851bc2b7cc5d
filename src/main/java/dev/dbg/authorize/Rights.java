package dev.dbg.authorize;

import dev.dbg.policy.Policy;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import java.io.IOException;

/** The policy and the catalogue in force; a reload replaces both at once. Immutable. */
public record Rights(Policy policy, Catalogue catalogue) {

  /** Reads policy and catalogue from their files. */
  public interface Loader {
    Rights load() throws IOException, TomlMistake;
  }
}
