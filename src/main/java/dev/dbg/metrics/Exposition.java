package dev.dbg.metrics;

import java.math.BigDecimal;

/**
 * Metrics in Prometheus's text format, version 0.0.4: a line of help and a line of type, then the
 * samples. A family is begun, then its samples follow. For one thread.
 */
public final class Exposition {
  private final StringBuilder text = new StringBuilder(8192);
  private String family = "";

  /** Begins a family of numbers that only grow, until dbgd is started again. */
  public void counter(String name, String help) {
    begin(name, help, "counter");
  }

  /** Begins a family of numbers that grow and shrink. */
  public void gauge(String name, String help) {
    begin(name, help, "gauge");
  }

  /** Begins a family of buckets, their sum and their count: its samples are parts. */
  public void histogram(String name, String help) {
    begin(name, help, "histogram");
  }

  /** A gauge with one sample. */
  public void gauge(String name, String help, Number value) {
    gauge(name, help);
    sample(value);
  }

  private void begin(String name, String help, String type) {
    family = name;
    text.append("# HELP ").append(name).append(' ').append(help.replace("\\", "\\\\"));
    text.append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  /** A sample of the family; {@code labels} are names and values in turn. */
  public void sample(Number value, String... labels) {
    part("", value, labels);
  }

  /** A sample of a histogram: {@code _bucket}, {@code _sum} or {@code _count}. */
  public void part(String suffix, Number value, String... labels) {
    text.append(family).append(suffix);
    for (int i = 0; i < labels.length; i += 2) {
      text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
      text.append(escaped(labels[i + 1])).append('"');
    }
    text.append(labels.length == 0 ? " " : "} ").append(number(value)).append('\n');
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  /** A number without an exponent, and whole numbers without a point. */
  static String number(Number value) {
    return new BigDecimal(value.toString()).stripTrailingZeros().toPlainString();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
