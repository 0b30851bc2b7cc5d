package dev.dbg.resolve.engine;

import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.LimitedSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What engines answer, and keep of containers. */
public final class EngineSources {
  private static final EngineAnswer DOCKER = new EngineAnswer("docker", Optional.empty(), "");
  private static final String ID = "a".repeat(64);
  private static final String LISTED = "{\"Id\":\"%s\",\"Names\":[\"/a\"]}".formatted(ID);

  private EngineSources() {}

  public static List<LimitedSource> all() {
    return List.of(
        listed("[{\"Id\":\"a\",\"Labels\":%s}]", "\"a\""),
        listed("[{\"Id\":\"a\",\"Names\":%s}]", "\"a\""),
        listed("%s", LISTED),
        new LimitedSource(
            EngineAnswer.class,
            "{\"Id\":\"a\",\"Config\":{\"Labels\":%s}}",
            "\"a\"",
            json -> {
              try (Allowance allowance = Allowance.ofRuntime()) {
                return DOCKER.inspected(json, allowance);
              }
            }),
        new LimitedSource(
            DockerState.class,
            "{\"ID\":\"%s\",\"Name\":\"/a\",\"Config\":{\"Cmd\":%%s,\"Labels\":{}}}".formatted(ID),
            "\"a\"",
            docker()),
        new LimitedSource(
            DockerState.class,
            "{\"ID\":\"%s\",\"Name\":\"/a\",\"Config\":{\"Labels\":%%s}}".formatted(ID),
            "\"a\"",
            docker()),
        stored("[{\"id\":\"%s\",\"names\":%%s}]".formatted(ID), "\"a\""),
        stored("%s", "{\"id\":\"%s\",\"names\":[\"a\"]}".formatted(ID)));
  }

  private static LimitedSource listed(String form, String element) {
    return new LimitedSource(
        EngineAnswer.class,
        form,
        element,
        json -> {
          try (Allowance allowance = Allowance.ofRuntime()) {
            return DOCKER.listed(json, allowance).size();
          }
        });
  }

  private static Uid self(Path directory) throws IOException {
    return new Uid(((Number) Files.getAttribute(directory, "unix:uid")).longValue());
  }

  private static LimitedSource.Reading docker() {
    return LimitedSource.inFile(
        "containers/" + ID + "/config.v2.json",
        root ->
            new DockerState(
                    root,
                    Optional.of(new Target.Owner(self(root), "self")),
                    "",
                    Allowance::ofRuntime)
                .all());
  }

  private static LimitedSource stored(String form, String element) {
    return new LimitedSource(
        StoredContainer.class,
        form,
        element,
        LimitedSource.inFile(
            "overlay-containers/containers.json",
            root -> {
              try (Allowance allowance = Allowance.ofRuntime()) {
                return StoredContainer.all(root, self(root), allowance).size();
              }
            }));
  }
}
