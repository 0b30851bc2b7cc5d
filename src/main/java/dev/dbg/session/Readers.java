package dev.dbg.session;

import dev.dbg.model.Uid;
import dev.dbg.wire.Reply;
import java.time.Duration;
import java.util.Optional;

/**
 * Those who read the log: it may take seconds of a processor, and whoever is in the group may ask
 * for it. So few read at once, one for each user, and leave half of the processors to sessions. Who
 * waits for a client that does not read, or for new records, holds nobody up meanwhile.
 */
final class Readers {
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private final Share places =
      new Share(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), 1);

  /** A user's reading, with its pauses. For one thread. */
  final class Reading implements Reply.Pause, AutoCloseable {
    private final Uid user;
    private Optional<Share.Part> place;

    private Reading(Uid user, Share.Part place) {
      this.user = user;
      this.place = Optional.of(place);
    }

    @Override
    public void begin() {
      place.ifPresent(Share.Part::close);
    }

    /** Who has begun goes on: when no place gets free, without one. */
    @Override
    public void end() {
      place = places.take(user, 1, WITHIN);
    }

    @Override
    public void close() {
      place.ifPresent(Share.Part::close);
    }
  }

  /** Waits for a place; empty if none gets free. */
  Optional<Reading> take(Uid user) {
    return places.take(user, 1, WITHIN).map(place -> new Reading(user, place));
  }
}
