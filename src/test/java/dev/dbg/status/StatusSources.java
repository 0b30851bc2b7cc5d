package dev.dbg.status;

import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.LimitedSource;
import java.util.List;

/** What an engine tells of a container. */
public final class StatusSources {
  private StatusSources() {}

  public static List<LimitedSource> all() {
    return List.of(
        source("{\"Config\":{\"Cmd\":%s}}", "\"a\""),
        source("{\"Mounts\":%s}", "{\"Type\":\"bind\",\"Source\":\"/a\"}"),
        source("{\"State\":{\"Health\":{\"Log\":%s}}}", "{\"Output\":\"a\"}"),
        source("{\"NetworkSettings\":{\"Ports\":%s}}", "[{\"HostIp\":\"::\"}]"));
  }

  private static LimitedSource source(String form, String element) {
    return new LimitedSource(
        InspectAnswer.class, form, element, json -> InspectAnswer.read(json, Allowance.ofOne()));
  }
}
