/**
 * What systemd runs apart from the host: the machines that are registered with machined, and the
 * services of the system manager. No bus is used.
 */
@NullMarked
package dev.dbg.resolve.systemd;

import org.jspecify.annotations.NullMarked;
