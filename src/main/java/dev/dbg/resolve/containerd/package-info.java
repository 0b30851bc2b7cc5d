/**
 * containerd, and the Kubernetes pods that it or CRI-O runs: containerd's bundles on disk, and its
 * API and CRI for labels; the lists in CRI-O's storage.
 */
@NullMarked
package dev.dbg.resolve.containerd;

import org.jspecify.annotations.NullMarked;
