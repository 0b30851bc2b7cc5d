package dev.dbg.resolve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.dbg.model.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Docker, and Podman through its Docker-compatible socket: the Engine API by docker-java.
 *
 * <p>Of docker-java it uses the transport, whose requests are the API's own, and not the typed
 * commands: those bind the whole of an answer to beans, which took half of a session's processor
 * time for six fields, and bring Guava and three of Apache's commons.
 *
 * <p>Any thread may ask; the HTTP client keeps a few connections.
 */
final class EngineRuntime implements ContainerRuntime {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 16;

  private static final int OK = 200;

  /** 404; and 400, an id's prefix that several containers have: no one of them is called by it. */
  private static final List<Integer> NONE = List.of(404, 400);

  /** What a container may be called, in both engines. Nothing else is put into a path. */
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

  private static final JsonMapper JSON = new JsonMapper();

  private final String scheme;
  private final Path socket;
  private final DockerHttpClient client;

  EngineRuntime(String scheme, Path socket) {
    this.scheme = scheme;
    this.socket = socket;
    this.client =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(URI.create("unix://" + socket))
            .connectionTimeout(CONNECT_WITHIN)
            .responseTimeout(ANSWER_WITHIN)
            .maxConnections(CONNECTIONS)
            .build();
  }

  @Override
  public String scheme() {
    return scheme;
  }

  @Override
  public Optional<Found> find(String nameOrId) throws RuntimeUnavailable {
    if (!isThere() || !NAME.matcher(nameOrId).matches()) {
      return Optional.empty();
    }
    return ask("/containers/" + nameOrId + "/json").map(this::inspected);
  }

  @Override
  public List<Found> running() throws RuntimeUnavailable {
    List<Found> all = new ArrayList<>();
    if (isThere()) {
      ask("/containers/json").ifPresent(list -> list.forEach(entry -> all.add(listed(entry))));
    }
    return all;
  }

  Path socket() {
    return socket;
  }

  /** The engine's own version: {@code 26.1.5}. */
  String version() throws RuntimeUnavailable {
    return ask("/version").map(answer -> answer.path("Version").asText()).orElse("unknown");
  }

  /** A runtime that is configured and not installed is no reason to fail. */
  boolean isThere() {
    return Files.exists(socket);
  }

  private Optional<JsonNode> ask(String path) throws RuntimeUnavailable {
    DockerHttpClient.Request request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path(path)
            .build();
    try (DockerHttpClient.Response response = client.execute(request)) {
      JsonNode answer = JSON.readTree(response.getBody());
      if (response.getStatusCode() == OK) {
        return Optional.of(answer);
      }
      if (NONE.contains(response.getStatusCode())) {
        return Optional.empty();
      }
      throw unavailable(
          "it answers %d, %s".formatted(response.getStatusCode(), answer.path("message").asText()));
    } catch (IOException e) {
      throw unavailable(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // The transport wraps what the socket says.
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw unavailable(String.valueOf(cause.getMessage()));
    }
  }

  /** An answer to {@code GET /containers/{id}/json}. */
  private Found inspected(JsonNode container) {
    JsonNode state = container.path("State");
    JsonNode config = container.path("Config");
    return new Found(
        new Target(
            scheme,
            container.path("Id").asText(),
            name(container.path("Name").asText()),
            config.path("Image").asText(),
            labels(config.path("Labels")),
            state.path("Status").asText(),
            state.path("Pid").asInt()),
        Optional.of(state.path("StartedAt").asText()));
  }

  /** An element of the answer to {@code GET /containers/json}, which tells no process. */
  private Found listed(JsonNode container) {
    return new Found(
        new Target(
            scheme,
            container.path("Id").asText(),
            name(container.path("Names").path(0).asText()),
            container.path("Image").asText(),
            labels(container.path("Labels")),
            container.path("State").asText(),
            0),
        Optional.empty());
  }

  private static Map<String, String> labels(JsonNode object) {
    Map<String, String> labels = new HashMap<>();
    object.properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
  }

  private static String name(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }

  private RuntimeUnavailable unavailable(String why) {
    return new RuntimeUnavailable(
        "%s does not answer at %s: %s: is it running? pid://N needs no runtime"
            .formatted(scheme, socket, why));
  }
}
