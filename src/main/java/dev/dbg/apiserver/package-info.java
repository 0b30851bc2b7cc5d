/**
 * Requests to the API server of the Kubernetes cluster in whose pod this process runs.
 *
 * <p>May import: {@code http}. Must not: know what is asked for.
 */
@NullMarked
package dev.dbg.apiserver;

import org.jspecify.annotations.NullMarked;
