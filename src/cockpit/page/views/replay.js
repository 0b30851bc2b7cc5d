/**
 * Plays a recording. The terminal only draws: who was recorded chose these bytes, and who looks did
 * not.
 */
import * as dbg from "../dbg.js";
import { alert, button, el } from "../dom.js";
import { drawing } from "../terminal.js";

const SPEEDS = [0.5, 1, 2, 5, 20];
const LONGEST_PAUSE = 3;

/** How many characters are shown of a recording, and are written at once. */
const MOST = 20_000_000;
const PIECE = 1_000_000;

/** What a recording begins with, unless it says otherwise. */
const COLUMNS = 80;
const ROWS = 24;

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;
}

/** Draws events one after the other: the terminal writes later, and changes its size at once. */
class Tube {
  #terminal;
  #work = Promise.resolve();
  #generation = 0;

  constructor(place, hasTerminal) {
    this.#terminal = drawing(place, COLUMNS, ROWS, !hasTerminal);
  }

  draw(events) {
    const mine = this.#generation;
    this.#work = this.#work.then(async () => {
      let text = "";
      for (const [, kind, data] of events) {
        if (mine !== this.#generation) {
          return;
        }
        if (kind === "o") {
          text += data;
        }
        if (text.length > PIECE || kind === "r") {
          await this.#write(text);
          text = "";
        }
        if (kind === "r") {
          const [columns, rows] = data.split("x").map(Number);
          this.#terminal.resize(Math.min(Math.max(columns, 1), 500), Math.min(Math.max(rows, 1), 200));
        }
      }
      await this.#write(text);
    });
  }

  #write(text) {
    return new Promise((done) => this.#terminal.write(text, done));
  }

  /** What is still to be drawn is left out. */
  clear() {
    this.#generation++;
    this.#work = this.#work.then(() => {
      this.#terminal.reset();
      this.#terminal.resize(COLUMNS, ROWS);
    });
  }

  close() {
    this.#generation++;
    this.#work = this.#work.then(() => this.#terminal.dispose());
  }
}

/** The text of a recording without what only draws, and where in it each event begins. */
class Text {
  #text = "";
  #starts = [];

  add(data) {
    this.#starts.push(this.#text.length);
    this.#text += data.replace(/\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[ -/]*[0-~])/g, "");
  }

  /** The event that has the next text after that one, then from the beginning; -1 if there is none. */
  find(wanted, after) {
    const from = this.#starts[after + 1] ?? this.#text.length;
    const at = this.#text.indexOf(wanted, from);
    const found = at >= 0 ? at : this.#text.indexOf(wanted);
    return found < 0 ? -1 : this.#starts.findLastIndex((start) => start <= found);
  }
}

/** Shows the player in PLACE; returns what ends it. */
export function replay(place, session, hasTerminal) {
  const said = el("div", { "aria-live": "polite" });
  const screen = el("div.dbg-screen");
  place.append(said, screen);
  const tube = new Tube(screen, hasTerminal);
  const events = [];
  const text = new Text();
  let size = 0;
  let length = 0;
  let at = 0;
  let next = 0;
  let speed = 1;
  let last = 0;
  let timer = null;

  const position = el("input", { type: "range", min: "0", step: "0.01", value: "0", "aria-label": "Position" });
  const shown = el("span", { role: "timer" });
  const pace = el("select", { "aria-label": "Speed" }, SPEEDS.map((one) => el("option", { value: one, selected: one === 1 }, `${one}\u00d7`)));
  const play = button("Pause", "primary", () => (timer === null ? run() : pause()));
  const wanted = el("input", { type: "search", placeholder: "Text", "aria-label": "Search in the text" });
  const found = el("span", { role: "status" });

  function tell() {
    position.value = at;
    shown.textContent = `${clock(at)} of ${clock(length)}`;
  }

  /** Draws what had been printed by then. */
  function drawUntil(time) {
    const from = next;
    while (next < events.length && events[next][0] <= time) {
      next++;
    }
    if (next > from) {
      tube.draw(events.slice(from, next));
    }
    at = time;
    tell();
  }

  function pause() {
    clearTimeout(timer);
    timer = null;
    play.firstChild.textContent = "Play";
  }

  function step() {
    const now = performance.now();
    const due = at + ((now - last) / 1000) * speed;
    last = now;
    const gap = next < events.length ? events[next][0] - due : 0;
    drawUntil(Math.min(gap > LONGEST_PAUSE * speed ? due + gap - LONGEST_PAUSE * speed : due, length));
    if (next >= events.length) {
      at = length;
      tell();
      pause();
    } else {
      timer = setTimeout(step, 30);
    }
  }

  function run() {
    if (next >= events.length) {
      seek(0);
    }
    last = performance.now();
    play.firstChild.textContent = "Pause";
    step();
  }

  /** A screen is what all bytes before have drawn. */
  function seek(to) {
    if (next > 0 && events[next - 1][0] > to) {
      tube.clear();
      next = 0;
    }
    drawUntil(to);
  }

  function search() {
    const hit = wanted.value ? text.find(wanted.value, next - 1) : -1;
    if (hit < 0) {
      found.textContent = wanted.value ? "The tool has not printed this text." : "";
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
  wanted.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      search();
    }
  });
  place.append(el("div.dbg-controls", {}, play, position, shown, pace, wanted, button("Find", "secondary", search), found));

  const reading = dbg.lines(["audit", "replay", session, "--json"], (one) => {
    if (!Array.isArray(one)) {
      return;
    }
    size += one[2].length;
    if (size > MOST) {
      reading.close();
      return;
    }
    events.push(one);
    text.add(one[1] === "o" ? one[2] : "");
  });
  reading.done.then(
    () => {
      length = events.length > 0 ? events.at(-1)[0] : 0;
      position.max = length;
      if (size > MOST) {
        said.append(alert("warning", "This is the beginning: the recording is too long for a page", `dbg audit replay ${session}`));
      } else if (events.length === 0) {
        said.append(alert("info", "The tool printed nothing"));
      }
      run();
    },
    (failed) => said.append(alert("danger", "dbg audit replay", failed.message)),
  );
  return () => {
    reading.close();
    clearTimeout(timer);
    tube.close();
  };
}
