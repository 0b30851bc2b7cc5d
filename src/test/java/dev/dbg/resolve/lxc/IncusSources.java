package dev.dbg.resolve.lxc;

import dev.dbg.resolve.untrusted.LimitedSource;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What Incus keeps, of which a container's owner says some. */
public final class IncusSources {
  private IncusSources() {}

  public static List<LimitedSource> all() {
    return List.of(
        new LimitedSource(
            IncusRuntime.class,
            "container:\n  expanded_config:\n    user.a: %s\n",
            "\n    user.a: b",
            text ->
                BackupFile.settings(
                    new String(text.readAllBytes(), StandardCharsets.UTF_8), true)));
  }
}
