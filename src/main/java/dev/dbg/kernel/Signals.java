package dev.dbg.kernel;

/** The numbers of signals, signal(7): the same on every architecture that dbgd runs on. */
public final class Signals {
  public static final int HUP = 1;
  public static final int INT = 2;
  public static final int QUIT = 3;
  public static final int KILL = 9;
  public static final int USR1 = 10;
  public static final int USR2 = 12;
  public static final int TERM = 15;
  public static final int CONT = 18;
  public static final int STOP = 19;
  public static final int TSTP = 20;
  public static final int WINCH = 28;

  private Signals() {}
}
