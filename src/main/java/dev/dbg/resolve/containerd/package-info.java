/**
 * containerd, and the Kubernetes pods that it runs: its bundles on disk, the sockets of its shims,
 * and its CRI for the labels of pods.
 */
@NullMarked
package dev.dbg.resolve.containerd;

import org.jspecify.annotations.NullMarked;
