package dev.dbg.reader;

import dev.dbg.altered.InPlaceOf;

/** What native tests put in places of {@code reader}. */
public interface AlteredReader {

  /** Lets a record end the element of the page that it is in. */
  final class Unescaping {
    @InPlaceOf(value = String.class, usedIn = AuditPage.class, usedBy = "println")
    static String replace(String json, CharSequence from, CharSequence to) {
      return json;
    }
  }

  /** Asks a service for which systemd listens. */
  final class Waking {
    @InPlaceOf(value = UserEngine.class, usedBy = "ask")
    static boolean isAsleep(UserEngine engine, Object inquest) {
      return false;
    }
  }

  /** Keeps each page of a file that it has mapped. */
  final class Hoarding {
    @InPlaceOf(ReaderMemory.class)
    static void look(ReaderMemory memory) {}
  }
}
