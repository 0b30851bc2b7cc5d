package dev.dbg.tools.value;

import dev.dbg.altered.InPlaceOf;

/** What native tests put in places of {@code tools.value}. */
public interface AlteredValues {

  /** Takes for a path what openssl(1) takes for a URL. */
  final class WithUrls {
    @InPlaceOf(ValueType.Named.class)
    static boolean isUrl(String text) {
      return false;
    }
  }
}
