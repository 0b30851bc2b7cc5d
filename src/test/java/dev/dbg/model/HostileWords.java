package dev.dbg.model;

import java.util.List;

/** Words that a shell or a terminal would take for more than a word. */
public final class HostileWords {
  /** Run unquoted, some of them create a file of this name. */
  public static final String MARKER = "pwned";

  public static final List<String> ALL =
      List.of(
          "",
          "x$(touch pwned)",
          "x`touch pwned`",
          "x;touch pwned;",
          "x&&touch pwned",
          "x|touch pwned",
          "x&touch pwned&",
          "x>pwned",
          "x'$(touch pwned)'",
          "x';touch pwned;'",
          "x\"$(touch pwned)\"",
          "x\";touch pwned;\"",
          "x\\';touch pwned #",
          "\\'; touch pwned #",
          "x\\\\';touch pwned;'",
          "''",
          "x''y",
          "\\",
          "x\ntouch pwned\n",
          "x\rtouch pwned",
          "(touch pwned)",
          "x{a,b}",
          "{touch,pwned}",
          "x*",
          "[a-z]*",
          "?",
          "~",
          "~root",
          "=ls",
          "$HOME",
          "${x:=y}",
          "a b",
          " x",
          "x ",
          "\t",
          "#x",
          "!!",
          "^x^y",
          "%{x}",
          "-rf$",
          "--help --",
          "<(touch pwned)",
          "x\u0000y",
          "x\u001b]0;pwned\u0007",
          "x\u001b';touch pwned;'",
          "x\u202egnp",
          "x\u061cy",
          "x\u200by",
          "x\u2028touch pwned",
          "x\udb40\udc41",
          "x\u009b2J",
          "x\udcff\udc80;touch pwned",
          "ünï cödé 😀",
          "x y".repeat(1400));

  private HostileWords() {}
}
