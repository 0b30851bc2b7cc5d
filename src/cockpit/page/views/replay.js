/**
 * Plays a recording. The terminal only draws: who was recorded chose these bytes, and who looks did
 * not.
 */
import * as dbg from "../dbg.js";
import { alert, button, el } from "../dom.js";
import { Terminal } from "../xterm.mjs";

const SPEEDS = [0.5, 1, 2, 5, 20];
const LONGEST_PAUSE = 3;

/** What a recording begins with: it tells only of changes. */
const COLUMNS = 80;
const ROWS = 24;

/** Nobody listens to what it would say of titles, answers to questions and the clipboard; links lead nowhere. */
function drawing(place, terminal) {
  const made = new Terminal({
    cols: COLUMNS,
    rows: ROWS,
    convertEol: !terminal,
    disableStdin: true,
    linkHandler: { activate: () => {} },
    screenReaderMode: true,
    scrollback: 5000,
  });
  made.open(place);
  return made;
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;
}

/** Shows the player in PLACE; returns what ends it. */
export function replay(place, session, terminal) {
  const said = el("div", { "aria-live": "polite" });
  const screen = el("div.dbg-screen");
  place.append(said, screen);
  const tube = drawing(screen, terminal);
  const events = [];
  let length = 0;
  let at = 0;
  let next = 0;
  let speed = 1;
  let timer = null;

  const position = el("input", { type: "range", min: "0", step: "0.01", value: "0", "aria-label": "Position" });
  const shown = el("span", { role: "timer" });
  const pace = el("select", { "aria-label": "Speed" }, SPEEDS.map((one) => el("option", { value: one, selected: one === 1 }, `${one}×`)));
  const play = button("Pause", "primary", () => (timer === null ? run() : pause()));
  const text = el("input", { type: "search", placeholder: "Text", "aria-label": "Search in the text" });
  const found = el("span", { role: "status" });

  function draw([, kind, data]) {
    if (kind === "o") {
      tube.write(data);
    } else if (kind === "r") {
      const [columns, rows] = data.split("x").map(Number);
      tube.resize(Math.min(Math.max(columns, 1), 500), Math.min(Math.max(rows, 1), 200));
    }
  }

  function tell() {
    position.value = at;
    shown.textContent = `${clock(at)} of ${clock(length)}`;
  }

  function pause() {
    clearTimeout(timer);
    timer = null;
    play.firstChild.textContent = "Play";
  }

  function step() {
    const now = performance.now();
    at += ((now - step.last) / 1000) * speed;
    step.last = now;
    const gap = next < events.length ? events[next][0] - at : 0;
    if (gap > LONGEST_PAUSE * speed) {
      at += gap - LONGEST_PAUSE * speed;
    }
    while (next < events.length && events[next][0] <= at) {
      draw(events[next++]);
    }
    if (next >= events.length) {
      at = length;
      tell();
      pause();
      return;
    }
    tell();
    timer = setTimeout(step, 30);
  }

  function run() {
    if (next >= events.length) {
      seek(0);
    }
    step.last = performance.now();
    play.firstChild.textContent = "Pause";
    step();
  }

  /** A screen is what all bytes before have drawn. */
  function seek(to) {
    at = to;
    if (next > 0 && (next > events.length || events[next - 1][0] > to)) {
      tube.reset();
      tube.resize(COLUMNS, ROWS);
      next = 0;
    }
    while (next < events.length && events[next][0] <= to) {
      draw(events[next++]);
    }
    tell();
  }

  function search() {
    const wanted = text.value;
    const after = events.findIndex(([when, kind, data]) => kind === "o" && when > at && data.includes(wanted));
    const hit = after >= 0 ? after : events.findIndex(([, kind, data]) => kind === "o" && data.includes(wanted));
    if (!wanted || hit < 0) {
      found.textContent = wanted ? "Nothing printed has this text." : "";
      return;
    }
    pause();
    seek(events[hit][0]);
    found.textContent = `Printed after ${clock(events[hit][0])}.`;
  }

  position.addEventListener("input", () => {
    const ran = timer !== null;
    pause();
    seek(Number(position.value));
    if (ran) {
      run();
    }
  });
  pace.addEventListener("change", () => {
    speed = Number(pace.value);
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      search();
    }
  });
  place.append(el("div.dbg-controls", {}, play, position, shown, pace, text, button("Find", "secondary", search), found));

  const reading = dbg.lines(["audit", "replay", session, "--json"], (one) => {
    if (Array.isArray(one)) {
      events.push(one);
    }
  });
  reading.done.then(
    () => {
      length = events.length > 0 ? events.at(-1)[0] : 0;
      position.max = length;
      if (events.length === 0) {
        said.append(alert("info", "The tool printed nothing"));
      }
      run();
    },
    (failed) => said.append(alert("danger", "dbg audit replay", failed.message)),
  );
  return () => {
    reading.close();
    clearTimeout(timer);
    tube.dispose();
  };
}
