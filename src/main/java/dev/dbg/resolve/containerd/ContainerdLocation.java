package dev.dbg.resolve.containerd;

import java.nio.file.Path;

/**
 * A containerd of root, by its paths.
 *
 * @param socket the socket of its API and of its CRI
 * @param state its state directory, which has a bundle for each container that has a task
 */
public record ContainerdLocation(Path socket, Path state) {}
