package dev.dbg.resolve;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.dbg.model.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Docker, and Podman through its Docker-compatible socket: the Engine API by docker-java.
 *
 * <p>Any thread may ask; the HTTP client keeps a few connections.
 */
final class EngineRuntime implements ContainerRuntime {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 16;

  private final String scheme;
  private final Path socket;
  private final DockerClient client;

  EngineRuntime(String scheme, Path socket) {
    this.scheme = scheme;
    this.socket = socket;
    DefaultDockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost("unix://" + socket)
            .withDockerTlsVerify(false)
            .build();
    this.client =
        DockerClientImpl.getInstance(
            config,
            new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .connectionTimeout(CONNECT_WITHIN)
                .responseTimeout(ANSWER_WITHIN)
                .maxConnections(CONNECTIONS)
                .build());
  }

  @Override
  public String scheme() {
    return scheme;
  }

  @Override
  public Optional<Found> find(String nameOrId) throws RuntimeUnavailable {
    if (!isThere() || nameOrId.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(found(client.inspectContainerCmd(nameOrId).exec()));
    } catch (NotFoundException | BadRequestException e) {
      // 400 is an id's prefix that several containers have: nothing one of them is called by.
      return Optional.empty();
    } catch (RuntimeException e) {
      throw unavailable(e);
    }
  }

  @Override
  public List<Found> running() throws RuntimeUnavailable {
    if (!isThere()) {
      return List.of();
    }
    List<Found> all = new ArrayList<>();
    try {
      for (Container container : client.listContainersCmd().exec()) {
        all.add(
            new Found(
                new Target(
                    scheme,
                    container.getId(),
                    name(container.getNames() == null ? "" : container.getNames()[0]),
                    orEmpty(container.getImage()),
                    Objects.requireNonNullElse(container.getLabels(), Map.of()),
                    orEmpty(container.getState()),
                    0),
                Optional.empty()));
      }
      return all;
    } catch (RuntimeException e) {
      throw unavailable(e);
    }
  }

  /** A runtime that is configured and not installed is no reason to fail. */
  private boolean isThere() {
    return Files.exists(socket);
  }

  private Found found(InspectContainerResponse container) {
    InspectContainerResponse.ContainerState state = container.getState();
    Long pid = state.getPidLong();
    Target target =
        new Target(
            scheme,
            container.getId(),
            name(container.getName()),
            orEmpty(container.getConfig().getImage()),
            Objects.requireNonNullElse(container.getConfig().getLabels(), Map.of()),
            orEmpty(state.getStatus()),
            pid == null ? 0 : Math.toIntExact(pid));
    return new Found(target, instant(state.getStartedAt()));
  }

  private static String name(@Nullable String name) {
    String known = orEmpty(name);
    return known.startsWith("/") ? known.substring(1) : known;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static Optional<Instant> instant(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private RuntimeUnavailable unavailable(RuntimeException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new RuntimeUnavailable(
        "%s does not answer at %s: %s: is it running? its journal may say more, and pid://N needs no runtime"
            .formatted(scheme, socket, cause.getMessage()));
  }
}
