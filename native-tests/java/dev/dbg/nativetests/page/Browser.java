package dev.dbg.nativetests.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Chromium without a screen, by chromedriver, <a
 * href="https://www.w3.org/TR/webdriver2/">WebDriver</a>.
 */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

  private static final int MOST_LOADS = 20;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> before = new ArrayList<>();
  private final Running driver;
  private final String session;

  private Browser(Running driver, int port) {
    this.driver = driver;
    String server = "http://127.0.0.1:%d/session".formatted(port);
    Map<String, Object> options =
        Map.of(
            "args",
            List.of(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + World.get().file("chromium")));
    Map<String, Object> wanted =
        Map.of("goog:chromeOptions", options, "goog:loggingPrefs", Map.of("browser", "ALL"));
    JsonNode made = asks("POST", server, Map.of("capabilities", Map.of("alwaysMatch", wanted)));
    this.session = server + "/" + made.at("/sessionId").asText();
  }

  static Browser starts() {
    Running driver = Command.of("chromedriver", "--port=0").start();
    Matcher port = PORT.matcher(driver.prints("started successfully on port").printed());
    Patience.until("chromedriver names its port", () -> port.reset(driver.printed()).find());
    return new Browser(driver, Integer.parseInt(port.group(1)));
  }

  /** Loads the page, again where a network of the host has come or gone: Chromium gives up then. */
  Browser opens(String address) {
    for (int load = 0; load < MOST_LOADS; load++) {
      // Another hash alone would not load the page again.
      JsonNode _ = asks("POST", session + "/url", Map.of("url", "about:blank"));
      JsonNode _ = asks("POST", session + "/url", Map.of("url", address));
      List<String> said = complaints();
      if (!said.toString().contains("ERR_NETWORK_CHANGED")) {
        before.addAll(said);
        return this;
      }
    }
    throw new AssertionError("networks of the host changed at each of " + MOST_LOADS + " loads");
  }

  /** The address that it shows. */
  String address() {
    return asks("GET", session + "/url", null).asText();
  }

  Browser isWide(int pixels) {
    JsonNode _ =
        asks(
            "POST",
            session + "/chromium/send_command_and_get_result",
            Map.of(
                "cmd",
                "Emulation.setDeviceMetricsOverride",
                "params",
                Map.of("width", pixels, "height", 900, "deviceScaleFactor", 1, "mobile", false)));
    return this;
  }

  /** What a function's body returns in the page. */
  JsonNode runs(String script, Object... arguments) {
    return asks(
        "POST", session + "/execute/sync", Map.of("script", script, "args", List.of(arguments)));
  }

  /** The text that a person sees in the first element. */
  String text(String css) {
    return runs("return document.querySelector(arguments[0])?.innerText ?? ''", css).asText();
  }

  List<String> texts(String css) {
    JsonNode all =
        runs("return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)", css);
    return StreamSupport.stream(all.spliterator(), false).map(JsonNode::asText).toList();
  }

  /** Waits until the element's text contains this. */
  Browser shows(String css, String text) {
    Patience.until(
        css + " shows " + text,
        () -> text(css).contains(text),
        new Object() {
          @Override
          public String toString() {
            return text("body") + complaints();
          }
        });
    return this;
  }

  Browser clicks(String css) {
    return does(css, "click", Map.of());
  }

  Browser types(String css, String text) {
    return does(css, "value", Map.of("text", text));
  }

  /** To whatever has this place now: the page may draw it anew while it is looked for. */
  private Browser does(String css, String what, Map<String, String> body) {
    Patience.until(
        what + " at " + css,
        () -> {
          try {
            JsonNode _ = asks("POST", session + "/element/" + element(css) + "/" + what, body);
            return true;
          } catch (AssertionError e) {
            if (String.valueOf(e.getMessage()).contains("stale element")) {
              return false;
            }
            throw e;
          }
        });
    return this;
  }

  /** Presses a key in what has the focus. */
  Browser presses(String key) {
    List<Map<String, String>> actions =
        List.of(Map.of("type", "keyDown", "value", key), Map.of("type", "keyUp", "value", key));
    JsonNode _ =
        asks(
            "POST",
            session + "/actions",
            Map.of("actions", List.of(Map.of("type", "key", "id", "keys", "actions", actions))));
    return this;
  }

  private String element(String css) {
    Patience.until(
        css, () -> runs("return !!document.querySelector(arguments[0])", css).asBoolean());
    return asks("POST", session + "/element", Map.of("using", "css selector", "value", css))
        .at("/" + ELEMENT)
        .asText();
  }

  /** What the browser has complained about since the last call: errors, and what it refused. */
  List<String> complaints() {
    List<String> all = new ArrayList<>(before);
    before.clear();
    for (JsonNode line : asks("POST", session + "/se/log", Map.of("type", "browser"))) {
      if (!line.at("/level").asText().matches("INFO|DEBUG")) {
        all.add(line.at("/message").asText());
      }
    }
    return all;
  }

  /** Keeps a picture for people to look at. */
  void isDrawnInto(Path file) {
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Files.write(
          file, Base64.getDecoder().decode(asks("GET", session + "/screenshot", null).asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode asks(String method, String address, @Nullable Object body) {
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
      request.method(
          method,
          body == null
              ? BodyPublishers.noBody()
              : BodyPublishers.ofString(JSON.writeValueAsString(body)));
      JsonNode value = JSON.readTree(http.send(request.build(), BodyHandlers.ofString()).body());
      if (value.at("/value").has("error")) {
        throw new AssertionError(address + ": " + value.at("/value/message").asText());
      }
      return value.at("/value");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    JsonNode _ = asks("DELETE", session, null);
    var _ = driver.gets("TERM").ends();
    http.close();
  }
}
