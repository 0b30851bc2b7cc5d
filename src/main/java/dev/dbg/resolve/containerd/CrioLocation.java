package dev.dbg.resolve.containerd;

import java.nio.file.Path;

/**
 * A CRI-O of root, by the directories of its storage, which it may share with Podman.
 *
 * @param graphRoot has the lists of its containers
 * @param runRoot has the pid of each
 */
public record CrioLocation(Path graphRoot, Path runRoot) {}
