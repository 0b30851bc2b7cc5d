package dev.dbg.nativetests.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who uses the page, and how: by the keyboard, in the dark, with a screen reader, as root. */
@Tag("native")
@Isolated("networks of other classes' containers come and go, and Chromium gives up what it loads")
final class PageUseTest {
  private static final List<String> VIEWS = List.of("now", "sessions", "summary", "trust", "rules");

  /** Keeps what the page sends to Cockpit from then on. */
  private static final String LISTENS =
      """
      window.sent = [];
      const send = WebSocket.prototype.send;
      WebSocket.prototype.send = function (data) {
        window.sent.push(String(data));
        return send.call(this, data);
      };
      """;

  /** The lines that it had Cockpit run, and with which rights. */
  private static final String RAN =
      """
      return window.sent
        .filter((one) => one.startsWith("\\n"))
        .map((one) => JSON.parse(one))
        .filter((one) => one.command === "open")
        .map((one) => `${one.superuser ?? "as the reader"}: ${(one.spawn ?? [one.payload]).join(" ")}`);
      """;

  @RegisterExtension static final Host host = Host.with(Reviewed.POLICY);

  private static Path page;
  private static String axe;
  private static Cockpit anns;
  private static Browser browser;

  @BeforeAll
  static void start() {
    Container _ =
        host.docker()
            .starts(
                "dbgt-used",
                Image.named("used").has("/drawn", "one\ntwo\n"),
                List.of(),
                "/act",
                "wait");
    axe = Cockpit.axe();
    page = Cockpit.makesPage();
    anns = Cockpit.of(host, host.ann(), page);
    browser = Browser.starts();
  }

  @AfterAll
  static void end() {
    browser.close();
    anns.close();
  }

  @AfterEach
  void nothing_was_complained_about() {
    assertEquals(List.of(), browser.complaints());
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).toList();
  }

  /** All that the page had run in all views, with the rights that it asked for. */
  private static List<String> ranIn(Cockpit cockpit) {
    browser.opens(cockpit.at("now")).shows("main", "Nothing runs now");
    browser.runs(LISTENS);
    for (String view : VIEWS) {
      browser.runs("location.hash = '#/' + arguments[0]", view);
      Patience.until(view, () -> browser.text("main").length() > 20);
    }
    browser.runs("location.hash = '#/trust'");
    browser.clicks("main button").shows("main", "Head");
    return texts(browser.runs(RAN));
  }

  @Test
  void the_page_never_asks_for_the_rights_of_root() {
    List<String> ran = ranIn(anns);

    assertTrue(ran.toString().contains("dbg audit verify"), ran.toString());
    assertTrue(ran.toString().contains("dbg tools --json"), ran.toString());
    assertEquals(
        List.of(), ran.stream().filter(line -> !line.startsWith("as the reader: ")).toList());
  }

  /** With a page that does. */
  @Test
  void a_page_that_asked_for_them_would_be_found() {
    Path asking = Cockpit.makesPageInWhich("dbg.js", "superuser: null", "superuser: \"try\"");
    try (Cockpit other = Cockpit.of(host, host.ann(), asking)) {
      assertTrue(ranIn(other).toString().contains("try: dbg audit"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-n", "0123456789abcdef0", "%3Cimg%20src=x%3E"})
  void a_malformed_number_in_an_address_is_not_passed_to_dbg(String number) {
    browser.opens(anns.at("now")).shows("main", "Nothing runs now");
    browser.runs(LISTENS);
    browser.runs("location.hash = '#/session/' + arguments[0]", number);

    browser.shows("main", "not the number of a session");
    assertEquals(
        List.of(), texts(browser.runs(RAN)).stream().filter(l -> l.contains("show")).toList());
  }

  @Test
  void a_single_press_ends_no_session() {
    Running session = host.ann().starts("dbgt-used net -- act cling").prints("clinging");
    browser.opens(anns.at("now")).shows("tbody", "act cling");
    browser.clicks("tbody button").shows("tbody button", "Press again");
    browser.presses("\uE004").shows("tbody button", "End");
    assertTrue(host.ann().runs("sessions").exits(0).out().contains("cling"));

    browser.clicks("tbody button").shows("tbody button", "Press again");
    browser.clicks("tbody button").shows("main", "Nothing runs now");
    var _ = session.ends();
  }

  /** The key End moves a recording to its end; it ends nothing else. */
  @Test
  void the_key_end_in_a_recording_goes_to_its_end() {
    Running running = host.ann().starts("dbgt-used net -- act cling").prints("clinging");
    String session =
        host.ann()
            .runs("--record dbgt-used -- cat /drawn")
            .exits(0)
            .leaves("intent")
            .text("/session");
    browser.opens(anns.at("session/" + session)).clicks("section button");
    browser.shows(".dbg-controls", "of 0:").runs("document.querySelector('[type=range]').focus()");
    browser.presses("\uE010").shows(".xterm-accessibility", "two");

    assertTrue(host.ann().runs("sessions").exits(0).out().contains("cling"));
    browser.opens(anns.at("now")).shows("tbody", "act cling");
    browser.clicks("tbody button").clicks("tbody button").shows("main", "Nothing runs now");
    var _ = running.ends();
  }

  @Test
  void a_screen_reader_is_told_what_begins_and_ends() {
    browser.opens(anns.at("now")).shows("main", "Nothing runs now");
    Running session = host.ann().starts("dbgt-used net -- act cling").prints("clinging");
    browser.shows(".dbg-heard", "act of dbgt-ann in dbgt-used has begun");
    browser.clicks("tbody button").clicks("tbody button");
    browser.shows(".dbg-heard", "1 ended. 0 run.");
    var _ = session.ends();
  }

  /** axe-core knows the rules of WCAG that a program can check. */
  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void each_view_can_be_used_by_who_does_not_see_it_well(String style) {
    String session =
        host.ann()
            .runs("--record dbgt-used -- cat /drawn")
            .exits(0)
            .leaves("intent")
            .text("/session");
    var _ = host.bob().runs("dbgt-used -- nothing").exits(127);
    browser.opens(anns.at("now"));
    browser.runs("localStorage.setItem('shell:style', arguments[0])", style);
    for (String view :
        List.of("now", "sessions", "summary", "trust", "rules", "session/" + session)) {
      browser.opens(anns.at(view)).shows("nav", "Rules");
      Patience.until(view, () -> browser.text("main").length() > 20);
      browser.runs(axe);
      JsonNode found =
          browser.runs(
              """
              return axe.run(document).then((all) => all.violations.map((one) =>
                  one.id + ": " + one.nodes.map((node) => node.html + " " + (node.any[0]?.message ?? "")).join("; ")));
              """);
      assertEquals(List.of(), texts(found), view + " in the style " + style);
    }
  }

  @Test
  void it_is_dark_where_cockpit_is() {
    String colour = "return getComputedStyle(document.body).backgroundColor";
    browser.opens(anns.at("sessions"));
    browser.runs("localStorage.setItem('shell:style', 'light')");
    String light = browser.opens(anns.at("sessions")).runs(colour).asText();
    browser.runs("localStorage.setItem('shell:style', 'dark')");
    String dark = browser.opens(anns.at("sessions")).runs(colour).asText();
    browser.isDrawnInto(Path.of("target/page/sessions-dark.png").toAbsolutePath());
    browser.runs("localStorage.setItem('shell:style', 'light')");

    assertNotEquals(light, dark);
  }

  @Test
  void who_goes_through_the_tabs_by_keyboard_stays_in_them() {
    browser.opens(anns.at("now")).shows("nav", "Summary");
    browser.presses("\uE004").presses("\uE004").presses("\uE007").shows("tbody", "dbgt-");

    assertEquals("Sessions", browser.runs("return document.activeElement.innerText").asText());
  }

  /** What dbgd writes to the file of its metrics, MetricsFileTest holds. */
  @Test
  void trust_says_how_far_receivers_are_behind_to_who_may_read_the_metrics() throws IOException {
    Path directory = Files.createDirectories(World.get().file("metrics"));
    Path metrics = directory.resolve("dbg.prom");
    Path configuration = directory.resolve("dbgd.toml");
    Files.writeString(
        configuration,
        "[policy]\nfile = \"/no\"\n[metrics]\nfile = '%s' # its\n".formatted(metrics));
    Files.writeString(
        metrics,
        """
        # TYPE dbg_log_records gauge
        dbg_log_records 4711
        dbg_log_unsealed_records 11
        dbg_log_sealed_timestamp_seconds 1.7e9
        dbg_delivery_lag_records{receiver="<img>"} 17
        dbg_delivery_lag_seconds{receiver="<img>"} 3.5
        """);
    Path theirs =
        Cockpit.makesPageInWhich(
            "configuration.js", "/etc/dbg/dbgd.toml", configuration.toString());
    try (Cockpit other = Cockpit.of(host, host.ann(), theirs)) {
      browser.opens(other.at("trust")).shows("main", "4711").shows("tbody", "<img>");
      assertEquals(List.of("<img>", "17", "4 s"), browser.texts("tbody td"));
      Files.writeString(configuration, "metrics = { file = '%s' }\n".formatted(metrics));
      browser.opens(other.at("now")).opens(other.at("trust")).shows("main", "does not read");
    }
    browser.opens(anns.at("trust")).shows("main", "How far delivery is behind is not known here");
  }

  @Test
  void only_root_sees_the_policy_and_others_are_told_so() {
    var _ = host.bob().runs("dbgt-used net -- ip netns").exits(126);
    browser.opens(anns.at("rules")).shows("main", "Only root may read the policy");
    assertFalse(browser.text("main").contains("dbgd check --config"));

    Path ours =
        Cockpit.makesPageInWhich(
            "configuration.js", "/etc/dbg/dbgd.toml", host.config().file().toString());
    try (Cockpit roots = Cockpit.of(host, host.root(), ours)) {
      browser.opens(roots.at("rules")).shows("main", "all is well").shows("main", "10-tests.toml");
      browser.clicks("section details summary").shows("section details pre", "[[audit-access]]");
      browser.shows("main", "Made by dbgd suggest");
    }
  }
}
