/**
 * containerd, and the Kubernetes pods that it runs: its bundles on disk, and its API and CRI for
 * labels.
 */
@NullMarked
package dev.dbg.resolve.containerd;

import org.jspecify.annotations.NullMarked;
