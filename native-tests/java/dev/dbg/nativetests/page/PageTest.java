package dev.dbg.nativetests.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
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

/** Each view of the page; {@code dbg} at a terminal is the oracle. */
@Tag("native")
@Tag("whole")
@Isolated("networks of other classes' containers come and go, and Chromium gives up what it loads")
final class PageTest {
  @RegisterExtension static final Host host = Host.with(Reviewed.POLICY);

  /** Its engine does not answer. */
  @RegisterExtension
  static final Host silent =
      Host.with(Host.EVERYTHING)
          .asking(
              own ->
                  "docker = [\"%s\"]"
                      .formatted(own.bystanders().hangsAt(own.directory().resolve("silent.sock"))));

  private static Cockpit anns;
  private static Cockpit bobs;
  private static Browser browser;

  @BeforeAll
  static void start() {
    Container _ =
        host.docker()
            .starts(
                "dbgt-page",
                Image.named("page")
                    .has("/drawn", "\033[2J\033[5;5HDRAWN\033[31mRED\033[0m\n")
                    .has("/obeyed", Reviewed.OBEYED),
                List.of(),
                "/act",
                "wait");
    Path page = Cockpit.makesPage();
    anns = Cockpit.of(host, host.ann(), page);
    bobs = Cockpit.of(host, host.bob(), page);
    browser = Browser.starts();
  }

  @AfterAll
  static void end() {
    browser.close();
    anns.close();
    bobs.close();
  }

  @AfterEach
  void nothing_was_complained_about() {
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void the_list_has_the_rows_that_dbg_audit_lists() {
    Ran _ = host.ann().runs("--reason ticket-4711 dbgt-page net -- look descriptors").exits(0);
    Ran _ = host.bob().runs("dbgt-page -- ls /nowhere").exits(2);
    Ran _ = host.bob().runs("dbgt-page -- nothing").exits(127);
    Ran _ = host.bob().runs("dbgt-absent -- ls /");
    Ran _ = host.ann().runs("--timeout 1s dbgt-page -- act wait").exits(124);

    browser.opens(anns.at("sessions")).shows("tbody", "act wait");
    List<String> statuses = browser.texts("tbody td[data-label=Status]");

    List<String> listed = host.ann().runs("audit -n 200").exits(0).out().lines().skip(1).toList();
    Reviewed.areListed(listed, statuses);
    assertTrue(browser.text("tbody").contains("ticket-4711"));
  }

  @Test
  void what_dbg_says_beside_a_list_is_shown_with_it() {
    try (Cockpit other = Cockpit.of(silent, silent.ann(), Cockpit.makesPage())) {
      browser.opens(other.at("rules")).shows("main", "containers are missing: no answer from");
    }
  }

  @Test
  void filters_are_those_of_dbg_audit_and_are_in_the_address() {
    Ran _ = host.ann().runs("--reason filtered dbgt-page net -- look descriptors").exits(0);

    browser.opens(anns.at("sessions")).types("input[name=reason]", "filtered\n");
    Patience.until("the address has it", () -> browser.address().endsWith("reason=filtered"));
    browser.shows("tbody", "look descriptors");

    assertEquals(1, browser.texts("tbody tr").size());
    assertTrue(browser.text("td[data-label=Status]").startsWith("exit 0 after"));
    browser.opens(anns.at("sessions?since=nonsense")).shows("main", "--since");
  }

  /** A thousand records are asked for at once: five hundred sessions. */
  @Test
  void older_sessions_come_by_pages_and_each_is_there_once() {
    host.ann().runsOften(520, 4, "--reason=paged dbgt-page net -- act exit 0").exits(0);
    String sessions =
        "return new Set([...document.querySelectorAll('tbody a')].map(a => a.href)).size";

    browser.opens(anns.at("sessions?reason=paged")).shows(".dbg-count", "500 sessions");
    browser.runs("document.querySelector('.dbg-count').previousElementSibling.click()");

    browser.shows(".dbg-count", "520 sessions");
    assertEquals(520, browser.runs(sessions).asInt());
    assertEquals(520, browser.texts("tbody tr").size());
    assertFalse(browser.text("tbody").contains("running"));
  }

  @Test
  void the_page_shows_only_records_that_its_reader_may_read() {
    Ran _ = host.ann().runs("--reason anns-alone dbgt-page net -- look descriptors").exits(0);
    Ran _ = host.bob().runs("--reason bobs-own dbgt-page net -- look descriptors").exits(0);

    browser.opens(bobs.at("sessions")).shows("tbody", "bobs-own");
    assertFalse(browser.text("tbody").contains("anns-alone"));
    browser.opens(anns.at("sessions")).shows("tbody", "bobs-own").shows("tbody", "anns-alone");
    browser.opens(bobs.at("rules")).shows("main", "your own records").shows("main", "dbgt-page");
    browser.opens(anns.at("rules")).shows("main", "all records");
  }

  @Test
  void a_session_that_begins_is_shown_and_can_be_ended() {
    browser.opens(anns.at("now")).shows("main", "Nothing runs now");
    Running session = host.ann().starts("dbgt-page net -- act cling").prints("clinging");
    browser.shows("tbody", "act cling").clicks("tbody button");
    browser.shows("tbody button", "Press again").clicks("tbody button");

    Ran _ = session.ends();
    browser.shows("main", "Nothing runs now").shows("[role=status]", "dbg kill");
    host.audit().last("result").says("/ended/how", "kill").says("/ended/user", "dbgt-ann");
  }

  @Test
  void one_session_is_told_in_words_with_its_records() {
    String session =
        host.ann()
            .runs("--reason told dbgt-page net -- look descriptors")
            .exits(0)
            .leaves("intent")
            .text("/session");

    browser.opens(anns.at("session/" + session)).shows("dl", "told").shows("dl", "exit 0");

    assertTrue(browser.text("dl").contains("10-tests.toml:1"), browser.text("dl"));
    browser.clicks("summary").shows("pre", "\"event\": \"intent\"");
    browser.opens(bobs.at("session/" + session)).shows("main", session).shows("main", "no");
    assertFalse(browser.text("main").contains("told"));
  }

  @Test
  void a_recording_is_drawn_moved_in_and_searched() {
    String session = recorded("dbgt-page -- cat /drawn");

    browser.opens(anns.at("session/" + session)).clicks("section button");
    browser.shows(".xterm-accessibility", "DRAWNRED");
    browser.types("input[type=search]", "RED\n").shows(".dbg-controls", "Printed after 0:");
    browser
        .types("input[type=search]", "nothing-of-it\n")
        .shows(".dbg-controls", "has not printed");
  }

  /** A title, a link, a clipboard, and questions that a terminal would answer. */
  @Test
  void a_recording_draws_and_is_not_obeyed() {
    String session = recorded("dbgt-page -- cat /obeyed");

    browser.opens(anns.at("session/" + session)).clicks("section button");
    browser.shows(".xterm-accessibility", "linkSAFE");

    assertEquals("Container debugging", browser.runs("return document.title").asText());
    assertEquals(0, browser.runs("return document.querySelectorAll('.xterm a').length").asInt());
  }

  private static String recorded(String line) {
    AuditRecord intent = host.ann().runs("--record " + line).exits(0).leaves("intent");
    return intent.text("/session");
  }

  @ParameterizedTest
  @ValueSource(strings = {Reviewed.MARKUP, Reviewed.TURNED})
  void markup_in_records_is_text(String words) {
    Ran _ =
        host.ann()
            .runs(
                List.of(
                    "--reason",
                    words + "x".repeat(200),
                    "dbgt-page",
                    "net",
                    "--",
                    "look",
                    "descriptors"));
    Ran _ = host.bob().runs(List.of(words + "y", "--", "ls", words));

    for (String view : List.of("sessions", "summary", "now", "rules")) {
      browser.opens(anns.at(view)).shows("main", view.equals("rules") ? "all records" : "");
      Patience.until(view, () -> !browser.text("main").isEmpty());
      assertEquals(
          0,
          browser.runs("return document.querySelectorAll('main img, main script').length").asInt());
      assertEquals("Container debugging", browser.runs("return document.title").asText());
      assertFalse(browser.text("main").matches("(?s).*[\u202E\u0007\u001b].*"), view);
    }
    browser
        .opens(anns.at("sessions"))
        .shows("tbody", words.equals(Reviewed.MARKUP) ? "<img src=x" : "\\u{202e}");
  }

  /** With markup as elements, which the page's policy then still keeps from running. */
  @Test
  void as_markup_it_would_be_an_element() {
    Path obeying =
        Cockpit.makesPageInWhich(
            "dom.js",
            "made.append(child instanceof Node ? child : seen(child));",
            "child instanceof Node ? made.append(child) : made.insertAdjacentHTML('beforeend', child);");
    Ran _ =
        host.ann()
            .runs(
                List.of(
                    "--reason", Reviewed.MARKUP, "dbgt-page", "net", "--", "look", "descriptors"));
    try (Cockpit other = Cockpit.of(host, host.ann(), obeying)) {
      browser.opens(other.at("sessions")).shows("tbody", "look descriptors");

      assertTrue(browser.runs("return document.querySelectorAll('main img').length").asInt() > 0);
      assertEquals("Container debugging", browser.runs("return document.title").asText());
      assertTrue(browser.complaints().toString().contains("Content Security Policy"));
    }
  }

  @Test
  void the_summary_counts_and_each_mark_is_a_link_to_its_sessions() {
    Ran _ = host.ann().runs("dbgt-page -- ls /").exits(0);

    browser.opens(anns.at("summary")).shows("main", "Operators").shows("main", "Over time");
    browser.clicks(".dbg-time a").shows(".dbg-count", "sessions");
    assertTrue(browser.address().contains("since="), browser.address());
    browser.opens(anns.at("summary")).clicks(".dbg-chart a");
    Patience.until("a link was followed", () -> browser.address().contains("#/sessions?"));
    browser.shows("tbody", "dbgt-");
  }

  @Test
  void the_log_is_verified_by_a_button_for_who_may() {
    browser
        .opens(anns.at("trust"))
        .clicks("main button")
        .shows("main", "Intact: record")
        .shows("dl", "Not vouched for");
    browser
        .opens(bobs.at("trust"))
        .clicks("main button")
        .shows("main", "needs access to all records");
  }

  @Test
  void without_dbgd_each_view_says_what_to_do() {
    host.daemon().stops();
    try {
      for (String view : List.of("now", "sessions", "summary", "rules")) {
        browser.opens(anns.at(view)).shows("main", "is dbgd running?");
      }
    } finally {
      host.daemon().starts();
    }
  }

  @Test
  void a_view_goes_on_by_itself_when_dbgd_is_there_again() {
    browser.opens(anns.at("sessions")).shows("tbody", "dbgt-");
    host.daemon().stops();
    try {
      browser.shows("main", "New sessions are not shown");
    } finally {
      host.daemon().starts();
    }
    Ran _ = host.ann().runs("--reason after-the-stop dbgt-page net -- look descriptors").exits(0);
    browser.shows("tbody", "after-the-stop");
    assertFalse(browser.text("main").contains("are not shown"));
  }

  /** Pictures for people, in target/page; nothing is wider than the screen. */
  @ParameterizedTest
  @ValueSource(ints = {360, 768, 1440})
  void it_fits_narrow_and_wide_screens(int pixels) {
    Ran _ = host.ann().runs("--reason a-long-reason dbgt-page -- ls -l /").exits(0);
    browser.isWide(pixels);
    for (String view : List.of("now", "sessions", "summary", "trust", "rules")) {
      browser.opens(anns.at(view));
      browser.shows("nav", "Rules");
      Patience.until(view, () -> !browser.text("main").isEmpty());
      assertTrue(
          browser.runs("return document.documentElement.scrollWidth <= innerWidth").asBoolean(),
          view);
      browser.isDrawnInto(Reviewed.PICTURES.resolve("%s-%d.png".formatted(view, pixels)));
    }
    browser.isWide(1280);
  }

  @Test
  void it_is_used_with_the_keyboard_alone() {
    browser.opens(anns.at("now")).shows("nav", "Summary");
    String next = "return document.activeElement.innerText";

    assertEquals(
        List.of("Now", "Sessions", "Summary", "Trust", "Rules"),
        List.of(1, 2, 3, 4, 5).stream()
            .map(_ -> browser.presses("\uE004").runs(next).asText())
            .toList());
    browser.presses("\uE007").shows("main", "Tools that you may run");
  }
}
