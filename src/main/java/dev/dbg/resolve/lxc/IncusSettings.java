package dev.dbg.resolve.lxc;

import java.util.Map;
import java.util.Optional;

/**
 * What is used of the settings of a container of Incus.
 *
 * @param image the image's fingerprint; empty if it is not known
 * @param labels the settings {@code user.*}; empty if not all of them are known
 */
record IncusSettings(String image, Optional<Map<String, String>> labels) {
  static final IncusSettings UNKNOWN = new IncusSettings("", Optional.empty());

  /** A label, besides its characters: two Strings and their places in a map. */
  private static final int LABEL = 140;

  IncusSettings {
    labels = labels.map(Map::copyOf);
  }

  /** The bytes of memory that the labels take at most. */
  long size() {
    return labels.orElse(Map.of()).entrySet().stream()
        .mapToLong(label -> LABEL + 2L * (label.getKey().length() + label.getValue().length()))
        .sum();
  }

  IncusSettings withoutLabels() {
    return new IncusSettings(image, Optional.empty());
  }
}
