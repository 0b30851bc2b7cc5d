package dev.dbg.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.SmallStack;
import dev.dbg.grammar.Grammar;
import dev.dbg.tools.Shipped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a line that is not understood, a record has the words of which it is known what they are. */
class RecordableWordsTest {
  private static final String SECRET = "hunter2";

  private final RecordableWords kept = new RecordableWords(Shipped.catalogue());

  /** Words are separated by blanks, an underline is a blank in a word. */
  private String kept(String line) {
    return String.join(
        " ",
        kept.of(List.of(line.split(" ")).stream().map(word -> word.replace('_', ' ')).toList()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web-1 nte -- ss -tln                        | web-1 nte -- ss -tln",
        "explain docker://ann/web mnt,net -- ls /etc | explain docker://ann/web mnt,net -- ls /etc",
        "--reason INC-7 -t web -- netstat -tulpn     | --reason INC-7 -t web -- netstat -tulpn",
        "-u 0:0 -w /etc --timeout 5m web -- ls       | -u 0:0 -w /etc --timeout 5m web -- ls",
        "shell -tu 0 web net                         | shell -tu 0 web net",
        "-tiu0 --wait -t web                         | -tiu0 --wait -t web",
        "--wait web -- curl -u me:pw http://x        | --wait web -- curl -u *** http://x",
        "--wait=5m web net                           | --wait=5m web net",
        "tools web curl                              | tools web curl",
        "audit show 7f3a11 --json                    | audit show 7f3a11 --json",
        "--json kill 7f3a                            | --json kill 7f3a",
        "web -- wget                                 | web -- wget",
        "web -- curl -u me:pw http://x               | web -- curl -u *** http://x",
      })
  void what_is_understood_is_kept(String typed, String wanted) {
    assertEquals(wanted, kept(typed));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shell -c curl_-u_me:hunter2 web        | shell -c *** web",
        "shell -ccurl_hunter2 web               | shell -c*** web",
        "web -- wget --header hunter2 http://x  | web -- wget *** *** ***",
        "ss nte -- curl -u me:hunter2 http://x  | ss nte -- curl -u *** http://x",
        "curl net -- wget -u hunter2            | curl net -- wget *** ***",
        "curl -u me:hunter2 http://x            | curl -u *** http***",
        "curl -H X:hunter2 http://x             | curl *** *** ***",
        "web curl_-u_me:hunter2                 | web curl***",
        "curl_-u_me:hunter2 -- ss               | *** -- ss",
        "--password hunter2 web -- ss -tln      | *** *** *** -- ss -tln",
        "--password=hunter2 web -- ss -tln      | *** *** -- ss -tln",
        "--user=hunter2 -uhunter2 -w hunter2 web | --user=*** -u*** -w *** web",
        "--wait=hunter2 web                     | --wait=*** web",
        "-tixhunter2 web -- ss                  | -ti*** *** -- ss",
        "-x web -- ss                           | *** *** -- ss",
        "-t--password=hunter2 web -- ss         | -t*** *** -- ss",
        "web ne,hunter2 -- ss                   | web *** -- ss",
        "completion --line -- web -- wget hunter2 _ | completion --line -- web -- wget *** ***",
        "audit --sinze hunter2                  | audit --sinze ***",
        "ps --filter=label=hunter2              | ps ***",
        "kill hunter2                           | kill ***",
      })
  void what_is_not_understood_is_only_counted(String typed, String wanted) {
    assertFalse(kept(typed).contains(SECRET), kept(typed));
    assertEquals(wanted, kept(typed));
  }

  /** A word may take a packet, and a session's thread has half a megabyte of stack. */
  @Test
  void no_line_is_so_long_that_its_record_takes_the_stack() throws Exception {
    List<String> completions = new ArrayList<>();
    for (int i = 0; i < 15_000; i++) {
      completions.addAll(List.of("completion", "--line", "--"));
    }
    String flags = "-" + "t".repeat(60_000);
    List<List<String>> all = new ArrayList<>();
    SmallStack.runs(
        () -> {
          all.add(kept.of(List.of(flags, "web")));
          all.add(kept.of(completions));
        });
    assertEquals(List.of(flags, "web"), all.getFirst());
    assertEquals(completions.size(), all.getLast().size());
  }

  /** Otherwise a refusal about a container would not say which one was asked for. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "web-1",
        "a+b",
        "a@b",
        "lxc://a+b",
        "nspawn://debian@13",
        "podman://müller/web",
        "docker://host$/web",
        "podman://a+b@c/4f2a",
        "k8s://default/web-5d8f/app",
        "compose://shop/db/2",
        "unit://dev-disk\\x2done@a:b.service",
        "-.service",
        "pid://4711"
      })
  void what_can_be_a_containers_name_is_kept(String name) {
    assertTrue(RecordableWords.isTarget(name), name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "docker://",
        "curl -u me:hunter2",
        "me:hunter2@host",
        "müller",
        "lxc://pass wort",
        "lxc://müller/web",
        "podman://müller/pass wort",
        "podman://mül ler/web",
        "podman://mü$ller/web"
      })
  void what_can_be_no_containers_name_is_not(String name) {
    assertFalse(RecordableWords.isTarget(name), name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wget", "/usr/bin/curl", ""})
  void of_an_unknown_tool_only_the_number_of_words_is_kept(String tool) {
    assertEquals(List.of("***", "***"), kept.arguments(tool, List.of("--header", SECRET)));
  }

  /** An option that is forgotten here hides what follows it. */
  @Test
  void every_option_before_a_tool_is_known() {
    Grammar grammar = new Grammar();
    for (String verb : List.of("exec", "shell", "explain", "tools")) {
      Set<String> flags = new HashSet<>();
      Set<String> valued = new HashSet<>();
      grammar.options(verb).forEach((name, takes) -> (takes ? valued : flags).add(name));
      flags.removeAll(RecordableWords.FLAGS);
      valued.removeAll(RecordableWords.VALUED);
      assertEquals(Set.of(), flags, verb);
      assertEquals(Set.of(), valued, verb);
    }
  }
}
