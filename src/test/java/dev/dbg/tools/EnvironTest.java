package dev.dbg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What dbg's own program environ hides, asked about a process of this user. */
class EnvironTest {
  @TempDir static Path directory;

  @BeforeAll
  static void compile() throws Exception {
    assertEquals("", said(List.of("src/main/c/compile", "src/main/c/environ", program())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DB_PASSWORD=x",
        "db_passwd=x",
        "POSTGRES_PASS=x",
        "API_KEY=x",
        "apikey=x",
        "AWS_SECRET_ACCESS_KEY=x",
        "GITHUB_TOKEN=x",
        "GOOGLE_APPLICATION_CREDENTIALS=/x",
        "SENTRY_DSN=x",
        "JWT=x",
        "MYSQL_PWD=x",
        "BASIC_AUTH=x",
        "SESSION_COOKIE=x",
        "SLACK_WEBHOOK=x",
        "ConnectionStrings__Default=Server=x;User=u;Pwd=y",
        "SPRING=-Dspring.datasource.password=y",
        "OPTS=--auth-token y",
        "JSON={\"apiKey\": \"y\"}",
        "YAML=password: y",
        "LIBPQ=host=h user=u password=y",
        "QUERY=/x?token=y",
        "ENCODED=/x?token%3Dy",
        "PEM=-----BEGIN RSA",
        "A=eyJhbGciOi",
        "B=AKIAABCDEFGH",
        "C=Bearer ghp_abc",
      })
  void a_secret_by_its_name_or_its_form_is_hidden(String variable) throws Exception {
    String name = variable.substring(0, variable.indexOf('='));
    assertEquals(List.of(name + "=***"), shown(variable));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PATH=/usr/bin:/bin",
        "PWD=/srv",
        "OLDPWD=/",
        "HOME=/root",
        "MODE=fast",
        "EMPTY_PASSWORD=",
        "URL=http://h:80/x?y=z",
        "MAIL=a@b",
        "DIRECTORY=/usr/share/keyrings:/usr/share/tokens",
        "JAVA_OPTS=-Xmx1g -Dfile.encoding=UTF-8",
      })
  void anything_else_is_shown(String variable) throws Exception {
    assertEquals(List.of(variable), shown(variable));
  }

  @Test
  void the_user_and_the_password_of_a_url_are_hidden() throws Exception {
    assertEquals(List.of("U=postgres://***@h:1/d?x=1"), shown("U=postgres://u:p@h:1/d?x=1"));
    assertEquals(List.of("U=redis://***@h"), shown("U=redis://:p@ss/w@h"));
    assertEquals(List.of("U=https://***@h/x"), shown("U=https://oneword@h/x"));
    assertEquals(
        List.of("U=http://***@c/ http://h/ http://***@f/"),
        shown("U=http://a:b@c/ http://h/ http://d:e@f/"));
  }

  @Test
  void a_variable_stays_one_line() throws Exception {
    assertEquals(List.of("A=b\\nFAKE=1\\x1b[1m\\\\"), shown("A=b\nFAKE=1\u001b[1m\\"));
    assertEquals(List.of("MY_KEY=***"), shown("MY_KEY=b\nA=c"));
  }

  @Test
  void everything_is_shown_where_it_is_asked_for() throws Exception {
    assertEquals(List.of("API_KEY=x"), shown(List.of("--show-secrets"), "API_KEY=x"));
    assertEquals(List.of("U=http://a:b@c/"), shown(List.of("--show-secrets"), "U=http://a:b@c/"));
  }

  /**
   * A process chooses how long its variables are. To look at the rest of a value once for each word
   * or URL in it would take minutes of a processor here.
   */
  @ParameterizedTest
  @ValueSource(strings = {"pass", "://"})
  @Tag("whole")
  void a_long_environment_is_read_in_seconds(String word) throws Exception {
    Map<String, String> variables = new TreeMap<>();
    for (int i = 0; i < 15; i++) {
      variables.put("V" + (char) ('A' + i), word.repeat(120_000 / word.length()));
    }
    List<String> lines = new ArrayList<>();
    variables.forEach((name, value) -> lines.add(name + "=" + value));

    assertEquals(lines, shown(List.of("prlimit", "--cpu=20"), List.of(), variables));
  }

  private static List<String> shown(String variable) throws Exception {
    return shown(List.of(), variable);
  }

  /** What environ prints of a process that has this variable alone. */
  private static List<String> shown(List<String> options, String variable) throws Exception {
    int equals = variable.indexOf('=');
    return shown(
        List.of(), options, Map.of(variable.substring(0, equals), variable.substring(equals + 1)));
  }

  private static List<String> shown(
      List<String> runner, List<String> options, Map<String, String> variables) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sleep", "60");
    builder.environment().clear();
    builder.environment().putAll(variables);
    Process sleep = builder.start();
    try {
      // The start is told before the kernel has set where the variables are.
      Path its = Path.of("/proc/%d/environ".formatted(sleep.pid()));
      while (!variables.isEmpty() && Files.readAllBytes(its).length == 0) {
        LockSupport.parkNanos(1_000_000);
      }
      List<String> words = new ArrayList<>(runner);
      words.add(program());
      words.addAll(options);
      words.add(Long.toString(sleep.pid()));
      return said(words).lines().toList();
    } finally {
      sleep.destroyForcibly();
    }
  }

  private static String program() {
    return directory.resolve("environ").toString();
  }

  private static String said(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), command + said);
    return said;
  }
}
