/** What draws a recording: xterm.js. */
import { Terminal } from "./xterm.mjs";

/** Nobody listens to what it would say of titles, answers to questions and the clipboard; links lead nowhere. */
export function drawing(place, cols, rows, convertEol) {
  const made = new Terminal({
    cols,
    rows,
    convertEol,
    disableStdin: true,
    linkHandler: { activate: () => {} },
    screenReaderMode: true,
    scrollback: 5000,
  });
  made.open(place);
  return made;
}
