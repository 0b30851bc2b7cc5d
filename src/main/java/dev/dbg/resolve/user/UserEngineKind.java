package dev.dbg.resolve.user;

import dev.dbg.model.Target.Owner;
import dev.dbg.resolve.container.Allowance;
import dev.dbg.resolve.engine.DiskState;
import dev.dbg.resolve.engine.DockerState;
import dev.dbg.resolve.engine.PodmanState;
import java.nio.file.Path;
import java.util.Optional;

/** The engines that a user can run without root, and where they are unless the user moved them. */
enum UserEngineKind {
  PODMAN(PodmanState.SCHEME, "podman/podman.sock") {
    @Override
    DiskState state(Path home, Path runtimeDirectory, Owner owner, Allowance allowance) {
      return new PodmanState(
          home.resolve(".local/share/containers/storage"),
          runtimeDirectory.resolve("containers"),
          Optional.of(owner),
          () -> allowance);
    }
  },
  DOCKER(DockerState.SCHEME, "docker.sock") {
    @Override
    DiskState state(Path home, Path runtimeDirectory, Owner owner, Allowance allowance) {
      return new DockerState(
          home.resolve(".local/share/docker"), Optional.of(owner), "", () -> allowance);
    }
  };

  private final String scheme;
  private final String socket;

  UserEngineKind(String scheme, String socket) {
    this.scheme = scheme;
    this.socket = socket;
  }

  String scheme() {
    return scheme;
  }

  /** The socket of its service, below {@code /run/user/UID}. */
  String socket() {
    return socket;
  }

  /** Its files about its containers, which are the owner's. */
  abstract DiskState state(Path home, Path runtimeDirectory, Owner owner, Allowance allowance);
}
