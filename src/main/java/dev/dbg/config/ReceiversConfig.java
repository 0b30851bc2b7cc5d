package dev.dbg.config;

import dev.dbg.audit.journal.Journal;
import dev.dbg.audit.message.Field;
import dev.dbg.deliver.Receiver;
import dev.dbg.http.ServerAddress;
import dev.dbg.model.Glob;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code [[audit.syslog]]}, {@code [[audit.otlp]]}, {@code [[audit.notify]]}, {@code
 * [[audit.witness]]}, {@code [[audit.witnessed]]}, {@code [[audit.timestamp]]} and {@code
 * [[audit.cluster]]} of dbgd.toml: the receivers of the log, dbgd.toml(5).
 *
 * @param notes the directory of the receivers' cursor files
 * @param witnessed the hosts for whose logs users may speak here, by user
 */
public record ReceiversConfig(Path notes, List<Receiver> receivers, Map<String, String> witnessed) {
  /** The facilities of RFC 5424, table 1, with their names of syslog(3). */
  private static final List<String> FACILITIES =
      List.of(
          ("kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp security console"
                  + " solaris-cron local0 local1 local2 local3 local4 local5 local6 local7")
              .split(" "));

  private static final int SYSLOG_PORT = 514;
  private static final int MOST_PORT = 65535;

  private static final String HOST = "\\w[\\w.-]{0,63}";

  /** As {@code dbg -H} takes it, for a single host. */
  private static final String LOGIN = "(\\w[\\w.-]*@)?(\\w[\\w.-]*|\\[[\\w:]+])(:\\d{1,5})?";

  private static final String NAME = "[a-z0-9][a-z0-9-]{0,31}";

  static ReceiversConfig parse(TomlTable audit, KubeConfig kube, Path notes) throws TomlMistake {
    Set<String> names = new HashSet<>(Set.of(Journal.NAME));
    List<Receiver> receivers = new ArrayList<>();
    for (TomlTable table : audit.tables("syslog")) {
      receivers.add(syslog(table, name(table, names), facility(table)));
      table.rejectUnknown();
    }
    for (TomlTable table : audit.tables("otlp")) {
      URI collector = address(table, "a collector: use http://HOST:4318/v1/logs or https://...");
      receivers.add(new Receiver.Otlp(name(table, names), collector, headers(table)));
      table.rejectUnknown();
    }
    for (TomlTable table : audit.tables("notify")) {
      receivers.add(notify(table, name(table, names)));
      table.rejectUnknown();
    }
    for (TomlTable table : audit.tables("witness")) {
      receivers.add(new Receiver.OtherHost(name(table, names), host(table, LOGIN)));
      table.rejectUnknown();
    }
    for (TomlTable table : audit.tables("timestamp")) {
      URI authority = address(table, "an authority: use http://HOST/ or https://HOST/");
      receivers.add(new Receiver.Timestamp(name(table, names), authority));
      table.rejectUnknown();
    }
    for (TomlTable table : audit.tables("cluster")) {
      receivers.add(
          new Receiver.Cluster(
              name(table, names), kube.api(), kube.token(), kube.authority(), kube.node()));
      table.rejectUnknown();
    }
    return new ReceiversConfig(notes, List.copyOf(receivers), witnessed(audit));
  }

  private static String host(TomlTable table, String form) throws TomlMistake {
    String host = table.requiredString("host");
    if (!host.matches(form)) {
      throw table.mistake("host", "'%s' is not the name of a host".formatted(host));
    }
    return host;
  }

  private static Map<String, String> witnessed(TomlTable audit) throws TomlMistake {
    Map<String, String> witnessed = new HashMap<>();
    for (TomlTable table : audit.tables("witnessed")) {
      String by = table.requiredString("by");
      if (witnessed.put(by, host(table, HOST)) != null) {
        throw table.mistake("by", "'%s' speaks for another host already".formatted(by));
      }
      table.rejectUnknown();
    }
    return witnessed;
  }

  public List<String> names() {
    return receivers.stream().map(Receiver::name).toList();
  }

  private static String name(TomlTable table, Set<String> names) throws TomlMistake {
    String name = table.requiredString("name");
    if (!name.matches(NAME)) {
      throw table.mistake(
          "name", "'%s' is not a name: use a-z, 0-9 and -, 32 characters at most".formatted(name));
    }
    if (!names.add(name)) {
      throw table.mistake("name", "'%s' is the name of another receiver".formatted(name));
    }
    return name;
  }

  private static int facility(TomlTable table) throws TomlMistake {
    String word = table.string("facility").orElse("authpriv");
    int number = FACILITIES.indexOf(word);
    if (number < 0) {
      throw table.mistake(
          "facility",
          "'%s' is not a facility: use one of %s".formatted(word, String.join(", ", FACILITIES)));
    }
    return number;
  }

  private static Receiver syslog(TomlTable table, String name, int facility) throws TomlMistake {
    String to = table.requiredString("to");
    URI uri = uri(table, to);
    return switch (String.valueOf(uri.getScheme())) {
      case "udp" -> new Receiver.Udp(name, address(table, uri), facility);
      case "tcp" -> new Receiver.Tcp(name, address(table, uri), facility);
      case "unix" -> new Receiver.Local(name, socket(table, uri), facility);
      default ->
          throw table.mistake(
              "to",
              "'%s' is not a syslog server: use udp://HOST:PORT, tcp://HOST:PORT or unix:///PATH"
                  .formatted(to));
    };
  }

  private static URI uri(TomlTable table, String to) throws TomlMistake {
    try {
      return new URI(to);
    } catch (URISyntaxException e) {
      throw table.mistake("to", "'%s' is not an address: %s".formatted(to, e.getReason()));
    }
  }

  private static ServerAddress address(TomlTable table, URI uri) throws TomlMistake {
    String host = uri.getHost();
    boolean more =
        !String.valueOf(uri.getPath()).isEmpty()
            || uri.getQuery() != null
            || uri.getUserInfo() != null;
    if (host == null || more || uri.getPort() > MOST_PORT || uri.getPort() == 0) {
      throw table.mistake("to", "'%s' must be %s://HOST:PORT".formatted(uri, uri.getScheme()));
    }
    return ServerAddress.of(uri, SYSLOG_PORT);
  }

  private static Path socket(TomlTable table, URI uri) throws TomlMistake {
    String path = uri.getPath();
    if (uri.getAuthority() != null || path == null || !path.startsWith("/")) {
      throw table.mistake("to", "'%s' must be unix:///PATH".formatted(uri));
    }
    return Path.of(path);
  }

  private static Optional<Path> headers(TomlTable table) throws TomlMistake {
    Optional<String> headers = table.string("headers");
    return headers.isPresent()
        ? Optional.of(DaemonConfig.absolute(table, "headers", headers.get()))
        : Optional.empty();
  }

  private static Receiver notify(TomlTable table, String name) throws TomlMistake {
    String to = table.requiredString("to");
    if (!to.startsWith("/") && ServerAddress.ofWeb(to).isEmpty()) {
      throw table.mistake(
          "to",
          "'%s' is not a web hook: use https://HOST/..., or the path of a file that has it"
              .formatted(to));
    }
    Path key = DaemonConfig.absolute(table, "key", table.requiredString("key"));
    Map<Field, List<Glob>> when = new EnumMap<>(Field.class);
    for (Field field : Field.values()) {
      if (table.has(field.word())) {
        List<Glob> values = table.requiredStrings(field.word()).stream().map(Glob::new).toList();
        for (Glob value : values) {
          if (!field.words().isEmpty() && field.words().stream().noneMatch(value::matches)) {
            throw table.mistake(
                field.word(),
                "'%s' matches none of %s".formatted(value, String.join(", ", field.words())));
          }
        }
        when.put(field, values);
      }
    }
    if (when.isEmpty()) {
      throw table.mistake(
          "it would be told of every record: name some by their fields, such as event = [\"denied\"]");
    }
    return new Receiver.Notify(name, to, key, headers(table), when);
  }

  private static URI address(TomlTable table, String wanted) throws TomlMistake {
    String to = table.requiredString("to");
    return ServerAddress.ofWeb(to)
        .orElseThrow(() -> table.mistake("to", "'%s' is not %s".formatted(to, wanted)));
  }
}
