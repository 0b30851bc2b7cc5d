package dev.dbg.deliver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Additional headers of each request to a collector, one {@code NAME: VALUE} on each line as for
 * curl's {@code --header @FILE}. They usually contain secrets, see {@link SecretFile}.
 */
final class HeaderFile {
  private HeaderFile() {}

  /**
   * Reads the file.
   *
   * @throws IOException if the file may not be used, or a line is not a header; the message does
   *     not quote the line
   */
  static Map<String, String> read(Path path) throws IOException {
    String text = SecretFile.read(path);
    Map<String, String> headers = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      String name = line.substring(0, Math.max(colon, 0)).strip();
      String value = line.substring(colon + 1).strip();
      if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || !value.matches("[ -~]*")) {
        throw new IOException("%s:%d is not a header: write NAME: VALUE".formatted(path, number));
      }
      headers.put(name, value);
    }
    return headers;
  }
}
