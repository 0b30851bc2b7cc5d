package dev.dbg.nativetests.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.Operator;
import dev.dbg.reader.AlteredReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The page of {@code dbg audit export --format html}, opened from a disk; {@code dbg} at a terminal
 * is the oracle.
 */
@Tag("native")
@Tag("whole")
final class ExportedPageTest {
  /** It also ends the element that the records are in. */
  private static final String MARKUP = "</script>" + Reviewed.MARKUP;

  @RegisterExtension static final Host host = Host.with(Reviewed.POLICY);

  /** A dbgd that lets a record end the element that it is in. */
  @RegisterExtension static final Host unescaping = host.inWhich(AlteredReader.Unescaping.class);

  private static Browser browser;

  @BeforeAll
  static void start() {
    Container _ =
        host.docker()
            .starts(
                "dbgt-handed",
                Image.named("handed")
                    .has("/drawn", "before\033[2J\033[5;5HDRAWN\033[31mRED\033[0m\033[5;1Hx\n")
                    .has("/restless", "x\033c".repeat(9000) + "x\033[200S".repeat(9000) + "RESTED")
                    .has("/obeyed", Reviewed.OBEYED),
                List.of(),
                "/act",
                "wait");
    browser = Browser.starts();
    var _ = host.ann().runs("--reason ticket-4711 dbgt-handed net -- look descriptors").exits(0);
    var _ = host.ann().runs("--record dbgt-handed net -- look descriptors").exits(0);
    var _ = host.bob().runs("dbgt-handed -- ls /nowhere").exits(2);
    var _ = host.bob().runs("dbgt-handed -- nothing").exits(127);
    var _ = host.bob().runs("dbgt-absent -- ls /");
    var _ = host.bob().runs("--no-such-option");
  }

  private static List<String> listed(String filters) {
    return host.ann().runs("audit -n 500 " + filters).exits(0).out().lines().skip(1).toList();
  }

  /** A page of the whole log, and what was listed when it was made. */
  private record Handed(List<List<String>> listed, Path page) {}

  private static @Nullable Handed handed;

  private static List<List<String>> listed() {
    return List.of(listed(""), listed("--mistyped"), listed("--refused"));
  }

  /** The page, which is made anew only if the log has changed: for each, the log is verified. */
  private static Handed handed() {
    List<List<String>> now = listed();
    Handed last = handed;
    while (last == null || !last.listed().equals(now)) {
      last = new Handed(now, exported(host.ann(), ""));
      // A record of what was repeated is written some time later.
      now = listed();
    }
    handed = last;
    return last;
  }

  @AfterAll
  static void end() {
    browser.close();
  }

  @AfterEach
  void nothing_was_complained_about() {
    assertEquals(List.of(), browser.complaints());
  }

  /** What an export prints, in a file. */
  private static Path exported(Operator by, String more) {
    return kept(by.runs("audit export --format html " + more).exits(0).bytes());
  }

  private static Path kept(byte[] page) {
    try {
      return Files.write(Path.of(World.get().file("review") + ".html"), page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String at(Path page, String view) {
    return "file://" + page + "#/" + view;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--operator=dbgt-bob",
        "--operator=nobody",
        "--container=dbgt-h*d",
        "--container=dbgt-?",
        "--tool=look",
        "--reason=ticket",
        "--since=1h",
        "--since=yesterday",
        "--until=2026-11-24T08:30Z",
        "--since=2026-11-24",
        "--refused",
        "--mistyped",
        "--refused --mistyped",
        "--recorded",
        "--from=*.1"
      })
  void each_filter_finds_what_dbg_audit_finds_with_it(String filters) {
    List<String> listed;
    Handed made;
    do {
      made = handed();
      listed = listed(filters);
    } while (!made.equals(handed()));
    String options =
        filters.replace("--", "").replace(' ', '&').replaceAll("(^|&)([a-z]+)(?=&|$)", "$1$2=on");
    browser
        .opens(at(made.page(), "sessions?" + options))
        .shows(".dbg-count", listed.size() + " sessions");

    List<String> statuses = browser.texts("tbody td[data-label=Status]");
    Reviewed.areListed(listed, statuses);
  }

  @Test
  void a_time_that_is_none_is_said() {
    browser
        .opens(at(handed().page(), "sessions?since=nonsense"))
        .shows("main", "--since 'nonsense' is not a time");
  }

  @Test
  void one_session_is_told_in_words_with_its_records_and_a_wrong_number_is_not() {
    String session =
        host.ann()
            .runs("--reason told dbgt-handed net -- look descriptors")
            .exits(0)
            .leaves("intent")
            .text("/session");
    Path page = exported(host.ann(), "");

    browser.opens(at(page, "session/" + session)).shows("dl", "told").shows("dl", "exit 0");
    browser.clicks("summary").shows("pre", "\"event\": \"intent\"");
    browser.opens(at(page, "session/%3Cimg%3E")).shows("main", "not the number of a session");
    browser.opens(at(page, "constructor")).shows("main", "no such view");
  }

  @Test
  void a_recording_is_in_it_on_request_and_drawn_and_searched() {
    String session = recorded("dbgt-handed -- cat /drawn");

    Path page = exported(host.ann(), "--recordings");
    browser.opens(at(page, "session/" + session)).clicks("section button");
    browser.shows(".dbg-terminal", "x   DRAWNRED");
    assertFalse(browser.text(".dbg-terminal").contains("before"));
    browser.types("input[type=search]", "RED\n").shows(".dbg-controls", "Printed after 0:");
    browser
        .opens(at(exported(host.ann(), ""), "session/" + session))
        .clicks("section button")
        .shows("main", "--recordings");
  }

  /** A title, a link, a clipboard, and questions that a terminal would answer. */
  @Test
  void a_recording_draws_and_is_not_obeyed() {
    String session = recorded("dbgt-handed -- cat /obeyed");

    browser
        .opens(at(exported(host.ann(), "--recordings"), "session/" + session))
        .clicks("section button")
        .shows(".dbg-terminal", "linkSAFE");

    assertEquals("dbg audit", browser.runs("return document.title").asText());
    assertEquals(0, browser.runs("return document.querySelectorAll('section a').length").asInt());
  }

  /** If each were drawn, a page would hang for minutes on some megabytes. */
  @Test
  void a_recording_that_empties_the_screen_again_and_again_is_drawn_a_few_times() {
    String session = recorded("dbgt-handed -- cat /restless");
    browser.opens(at(exported(host.ann(), "--recordings"), "session/" + session));
    var _ =
        browser.runs(
            "window.changes = 0; new MutationObserver((all) => { window.changes += all.length; })"
                + ".observe(document.body, { childList: true, subtree: true }); return 0");

    browser.clicks("section button").shows(".dbg-terminal", "RESTED");

    int changes = browser.runs("return window.changes").asInt();
    assertTrue(changes < 1000, () -> changes + " changes of the page");
  }

  @Test
  void words_are_quoted_as_dbg_audit_quotes_them() {
    var _ = host.bob().runs(List.of("dbgt-handed", "--", "ls", "/no where", "it's"));
    browser
        .opens(at(exported(host.ann(), ""), "sessions"))
        .shows("tbody", "-- ls '/no where' 'it'\\''s'");
  }

  @Test
  void a_recording_that_was_changed_is_not_played() throws IOException {
    String session = recorded("dbgt-handed -- cat /drawn");
    Path recordings = host.audit().file().resolveSibling("recordings");
    try (var files = Files.walk(recordings)) {
      Path output =
          files
              .filter(file -> file.getFileName().toString().contains(session))
              .findFirst()
              .orElseThrow();
      Files.writeString(output, Files.readString(output).replace("0", "1"));
    }

    browser
        .opens(at(exported(host.ann(), "--recordings"), "session/" + session))
        .clicks("section button")
        .shows("main", "it was changed or removed");
  }

  private static String recorded(String line) {
    return host.ann().runs("--record " + line).exits(0).leaves("intent").text("/session");
  }

  @ParameterizedTest
  @ValueSource(strings = {MARKUP, Reviewed.TURNED})
  void markup_in_records_is_text(String words) {
    say(host, words);
    Path page = exported(host.ann(), "--recordings");

    for (String view : List.of("sessions", "summary", "trust")) {
      browser.opens(at(page, view));
      Patience.until(view, () -> !browser.text("main").isEmpty());
      assertEquals(0, browser.runs("return document.querySelectorAll('img').length").asInt());
      assertEquals("dbg audit", browser.runs("return document.title").asText());
      assertFalse(browser.text("main").matches("(?s).*[\u202E\u0007\u001b].*"), view);
    }
    browser
        .opens(at(page, "sessions"))
        .shows("tbody", words.equals(MARKUP) ? "<img src=x" : "\\u{202e}");
  }

  private static void say(Host at, String words) {
    var _ =
        at.ann()
            .runs(List.of("--reason", words, "dbgt-handed", "net", "--", "look", "descriptors"));
    var _ = at.bob().runs(List.of(words + "y", "--", "ls", words));
  }

  /**
   * With records that end the element that they are in, the page's policy keeps scripts from
   * running.
   */
  @Test
  void as_markup_it_would_be_an_element() {
    say(unescaping, MARKUP);
    browser.opens(at(exported(unescaping.ann(), ""), "sessions"));

    assertTrue(browser.runs("return document.querySelectorAll('img').length").asInt() > 0);
    assertEquals("dbg audit", browser.runs("return document.title").asText());
    assertTrue(browser.complaints().toString().contains("Content Security Policy"));
  }

  /** Another script than the one that the policy names does not run. */
  @Test
  void a_script_that_was_changed_does_not_run() throws IOException {
    Path page = handed().page();
    browser.opens(at(page, "sessions")).shows("main", "dbgt-");
    String changed = Files.readString(page).replace("\"use strict\";\n", "\"use strict\"; \n");

    browser.opens(at(kept(changed.getBytes(StandardCharsets.UTF_8)), "sessions"));

    assertEquals("", browser.text("main"));
    assertTrue(browser.complaints().toString().contains("Content Security Policy"));
  }

  @Test
  void an_export_has_only_records_that_its_author_may_read() {
    var _ = host.ann().runs("--reason anns-alone dbgt-handed net -- look descriptors").exits(0);
    var _ = host.bob().runs("--reason bobs-own dbgt-handed net -- look descriptors").exits(0);

    Path bobs = exported(host.bob(), "");
    browser.opens(at(bobs, "sessions")).shows("tbody", "bobs-own");
    assertFalse(browser.text("body").contains("anns-alone"));
    browser.opens(at(bobs, "trust")).shows("main", "not the whole log");
  }

  @Test
  void the_page_says_what_it_is_of_and_what_was_verified() {
    var _ = host.ann().runs("dbgt-handed -- ls /").exits(0);
    String head =
        host.ann()
            .runs("audit verify")
            .out()
            .lines()
            .filter(l -> l.startsWith("head: "))
            .findFirst()
            .orElseThrow();

    Path page = exported(host.ann(), "--operator dbgt-ann");

    browser
        .opens(at(page, "trust"))
        .shows("main", "Intact: records 1 to ")
        .shows("main", "says dbgd, which writes the log")
        .shows("main", "dbg audit export --format html --operator dbgt-ann");
    assertTrue(head.length() > 64, head);
    assertTrue(browser.text("dl + dl, .pf-v6-c-alert + dl").contains(":"));
  }

  /** Whoever changed a log can make what is found long; what is cut must not look harmless. */
  @Test
  void a_verification_that_was_cut_is_a_warning_and_not_a_note() throws IOException {
    String page = Files.readString(handed().page());
    int from = page.indexOf("\\\"findings\\\"");
    int end = from;
    while (page.charAt(end) != '"') {
      end += page.charAt(end) == '\\' ? 2 : 1;
    }
    String cut = page.substring(0, from) + page.substring(end);

    browser
        .opens(at(kept(cut.getBytes(StandardCharsets.UTF_8)), "trust"))
        .shows(".pf-m-danger", "more was found than is in this file");
  }

  @Test
  void marks_over_time_count_what_is_in_the_list_that_they_lead_to() {
    var _ = host.ann().runs("dbgt-handed -- ls /").exits(0);

    browser.opens(at(exported(host.ann(), ""), "summary")).shows("main", "Over time");
    String name =
        browser
            .runs("return document.querySelector('.dbg-time a').getAttribute('aria-label')")
            .asText();
    assertTrue(name.matches(".*: [1-9][0-9]* run, [1-9][0-9]* refused"), name);
    browser.clicks(".dbg-time a").shows(".dbg-count", "sessions");
    assertTrue(browser.address().matches(".*#/sessions\\?since=.*&until=.*"));
    int runs = Integer.parseInt(name.replaceAll(".*: (\\d+) run.*", "$1"));
    int ran =
        (int)
            browser.texts("td[data-label=Status]").stream()
                .filter(status -> !status.matches("refused|mistyped|malformed|failed"))
                .count();
    assertEquals(runs, ran);
  }

  /** Pictures for people, in target/page; nothing is wider than the screen. */
  @ParameterizedTest
  @ValueSource(ints = {360, 1440})
  void it_fits_narrow_and_wide_screens(int pixels) {
    var _ = host.ann().runs("--reason a-long-reason dbgt-handed -- ls -l /").exits(0);
    Path page = exported(host.ann(), "");
    browser.isWide(pixels);
    for (String view : List.of("sessions", "summary", "trust")) {
      browser.opens(at(page, view)).shows("nav", "Trust");
      Patience.until(view, () -> !browser.text("main").isEmpty());
      assertTrue(
          browser.runs("return document.documentElement.scrollWidth <= innerWidth").asBoolean(),
          view);
      browser.isDrawnInto(Reviewed.PICTURES.resolve("exported-%s-%d.png".formatted(view, pixels)));
    }
    browser.isWide(1280);
  }
}
