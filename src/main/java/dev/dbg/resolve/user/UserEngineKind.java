package dev.dbg.resolve.user;

import dev.dbg.resolve.engine.DockerState;
import dev.dbg.resolve.engine.PodmanState;
import dev.dbg.resolve.engine.StoredContainer;
import java.nio.file.Path;
import java.util.List;

/** The engines that a user can run without root, and where they are unless the user moved them. */
public enum UserEngineKind {
  PODMAN(PodmanState.SCHEME, "podman/podman.sock", ".local/share/containers/storage"),
  DOCKER(DockerState.SCHEME, "docker.sock", ".local/share/docker");

  private final String scheme;
  private final String socket;
  private final String files;

  UserEngineKind(String scheme, String socket, String files) {
    this.scheme = scheme;
    this.socket = socket;
    this.files = files;
  }

  public String scheme() {
    return scheme;
  }

  /** The socket of its service, below {@code /run/user/UID}. */
  public String socket() {
    return socket;
  }

  /** What is below {@code /run/user/UID} while the user's systemd runs the service. */
  public String unit() {
    return "systemd/units/invocation:%s.service".formatted(scheme);
  }

  /** The files that list all its containers by name; none if there is one for each container. */
  List<Path> lists(Path home) {
    return this == PODMAN ? StoredContainer.lists(files(home)) : List.of();
  }

  /** Its files about its containers, which are the owner's. */
  public Path files(Path home) {
    return home.resolve(files);
  }
}
