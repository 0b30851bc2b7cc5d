package dev.dbg.resolve.stopped;

import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.JsonFields;
import dev.dbg.resolve.untrusted.JsonStream;
import dev.dbg.resolve.untrusted.LimitedSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What engines keep of what does not run. */
public final class StoppedSources {
  private static final String MOUNT = "{\"destination\":\"/a\",\"type\":\"x\"}";

  private StoppedSources() {}

  public static List<LimitedSource> all() {
    return List.of(
        docker("{\"Config\":{\"Cmd\":%s},\"Args\":[]}", "\"a\""),
        docker(
            "{\"MountPoints\":%s}",
            "{\"Source\":\"/a\",\"Destination\":\"/b\",\"Type\":\"volume\",\"Driver\":\"local\"}"),
        docker("{\"SecretReferences\":%s}", "{\"File\":{\"Name\":\"a\"}}"),
        docker("{\"HostsPath\":%s}", "\"a\""),
        new LimitedSource(
            DockerFiles.class,
            "{\"rootfs\":{\"diff_ids\":%s}}",
            "\"sha256:a\"",
            DockerFiles::topLayer),
        new LimitedSource(
            DockerFiles.class, "{\"a\":%s}", "{\"a:b\":\"sha256:a\"}", StoppedSources::names),
        podman("{\"process\":{\"args\":%s}}", "\"a\""),
        podman("{\"mounts\":%s}", MOUNT),
        new LimitedSource(
            PodmanFiles.class,
            "[{\"id\":\"a\",\"layer\":\"b\",\"uidmap\":%s}]",
            "{\"size\":1}",
            json -> each(json)),
        new LimitedSource(
            PodmanFiles.class, "%s", "{\"id\":\"a\",\"layer\":\"b\"}", json -> each(json)),
        snapshot("{\"process\":{\"env\":%s}}", "\"a\""),
        snapshot("{\"mounts\":%s}", MOUNT),
        snapshot("{\"linux\":{\"uidMappings\":%s}}", "{\"size\":1}"));
  }

  private static LimitedSource docker(String form, String element) {
    return new LimitedSource(
        DockerFiles.class,
        form,
        element,
        json -> JsonFields.of(json, DockerFiles.WANTED, Allowance.ofOne()));
  }

  private static LimitedSource podman(String form, String element) {
    return new LimitedSource(
        PodmanFiles.class,
        form,
        element,
        json -> JsonFields.of(json, StoppedMounts.MOUNTS, Allowance.ofOne()));
  }

  private static LimitedSource snapshot(String form, String element) {
    return new LimitedSource(
        SnapshotFiles.class,
        form,
        element,
        json -> SnapshotFiles.of("bind", "/a", List.of(), json.readAllBytes()));
  }

  private static Object names(InputStream text) throws IOException {
    Map<String, List<String>> all = new TreeMap<>();
    try (Allowance allowance = Allowance.ofRuntime()) {
      DockerFiles.names(new JsonStream(allowance.metered(text)), allowance, all);
      return all.size();
    }
  }

  private static Object each(InputStream json) throws IOException {
    try (Allowance allowance = Allowance.ofRuntime()) {
      JsonFields.ofEach(json, PodmanFiles.LISTED, allowance, _ -> {});
      return json;
    }
  }
}
