/**
 * Draws a recording as a page of characters: where they stand, and nothing else of what a terminal obeys. Colours, titles,
 * links, questions and the clipboard are left out, and so is what has scrolled away.
 *
 * Who wrote the recording may have meant to keep its reader waiting: no sequence makes cells, nor draws. A row that is blank is
 * not there, and cells behind a row's last are not either.
 */
import { el } from "../dom.js";

/** Sequences: CSI with its parameters, a string that ends in BEL or ST, others of few characters, and plain text. */
const PIECES =
  /\x1b\[([0-9;?<=>!]*)[ -/]*([@-~])|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*([0-~])|([\x00-\x1f\x7f])|([^\x00-\x1f\x7f]+)/gu;

/** What could be the beginning of a sequence, if the rest comes with the next bytes. */
const UNFINISHED = /\x1b(?:\[[0-9;?<=>! -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)?$/;

const LONGEST = 4096;

class Page {
  #columns;
  #rows;
  #lines;
  #x = 0;
  #y = 0;
  #top = 0;
  #bottom;
  #saved = [0, 0];
  #rest = "";
  #newline;
  #shown;

  constructor(place, columns, rows, newline) {
    this.#shown = el("pre.dbg-terminal", { role: "img", tabindex: "0", "aria-live": "off" });
    place.append(this.#shown);
    this.#newline = newline;
    [this.#columns, this.#rows] = [columns, rows];
    this.reset();
  }

  #clear() {
    this.#lines = new Array(this.#rows);
    [this.#x, this.#y, this.#top, this.#bottom, this.#rest] = [0, 0, 0, this.#rows - 1, ""];
  }

  reset() {
    this.#clear();
    this.#draw();
  }

  resize(columns, rows) {
    const old = this.#lines;
    [this.#columns, this.#rows] = [columns, rows];
    this.#lines = Array.from({ length: rows }, (_, y) => old[y]?.slice(0, columns));
    [this.#top, this.#bottom] = [0, rows - 1];
    this.#at(this.#x, this.#y);
    this.#draw();
  }

  dispose() {
    this.#shown.remove();
  }

  #draw() {
    const text = Array.from(this.#lines, (line) => Array.from(line ?? [], (one) => one ?? " ").join("").trimEnd()).join("\n");
    this.#shown.textContent = text;
    this.#shown.setAttribute("aria-label", text);
  }

  #at(x, y) {
    this.#x = Math.min(Math.max(x, 0), this.#columns - 1);
    this.#y = Math.min(Math.max(y, 0), this.#rows - 1);
  }

  /** Lines that leave at one end, and come empty at the other. */
  #scroll(from, count) {
    const few = Math.min(Math.abs(count), this.#bottom - from + 1);
    const last = this.#bottom - few + 1;
    this.#lines.splice(count > 0 ? from : last, few);
    this.#lines.splice(count > 0 ? last : from, 0, ...new Array(few));
  }

  #feed() {
    if (this.#y === this.#bottom) {
      this.#scroll(this.#top, 1);
    } else {
      this.#at(this.#x, this.#y + 1);
    }
  }

  write(text, done) {
    const all = this.#rest + text;
    const rest = UNFINISHED.exec(all)?.[0] ?? "";
    // A string without an end is not looked at again and again.
    this.#rest = rest.length > LONGEST ? "" : rest;
    for (const [, parameters, csi, other, control, plain] of all.slice(0, all.length - rest.length).matchAll(PIECES)) {
      if (plain) {
        this.#print(plain);
      } else if (control) {
        this.#control(control);
      } else if (csi) {
        this.#csi(csi, parameters);
      } else if (other) {
        this.#other(other);
      }
    }
    this.#draw();
    done?.();
  }

  #print(text) {
    for (const one of text) {
      if (this.#x >= this.#columns) {
        this.#x = 0;
        this.#feed();
      }
      (this.#lines[this.#y] ??= [])[this.#x++] = one;
    }
  }

  #control(one) {
    switch (one) {
      case "\r":
        this.#x = 0;
        break;
      case "\n":
        this.#x = this.#newline ? 0 : this.#x;
        this.#feed();
        break;
      case "\b":
        this.#at(this.#x - 1, this.#y);
        break;
      case "\t":
        this.#at((Math.floor(this.#x / 8) + 1) * 8, this.#y);
        break;
      default:
    }
  }

  #other(one) {
    switch (one) {
      case "c":
        this.#clear();
        break;
      case "7":
        this.#saved = [this.#x, this.#y];
        break;
      case "8":
        this.#at(...this.#saved);
        break;
      case "D":
        this.#feed();
        break;
      case "M":
        if (this.#y === this.#top) {
          this.#scroll(this.#top, -1);
        } else {
          this.#at(this.#x, this.#y - 1);
        }
        break;
      default:
    }
  }

  #erase(y, from, to) {
    if (from === 0 && to === undefined) {
      this.#lines[y] = undefined;
    } else {
      this.#lines[y]?.fill(" ", from, to);
    }
  }

  #csi(kind, parameters) {
    const [first = 0, second = 0] = parameters.split(";").map((one) => Math.min(parseInt(one, 10) || 0, 9999));
    const count = first || 1;
    const line = this.#lines[this.#y];
    const x = Math.min(this.#x, this.#columns - 1);
    const moves = { A: [0, -count], B: [0, count], C: [count, 0], D: [-count, 0], E: [-x, count], F: [-x, -count] };
    if (moves[kind]) {
      this.#at(x + moves[kind][0], this.#y + moves[kind][1]);
      return;
    }
    switch (kind) {
      case "H":
      case "f":
        this.#at((second || 1) - 1, count - 1);
        break;
      case "G":
      case "`":
        this.#at(count - 1, this.#y);
        break;
      case "d":
        this.#at(x, count - 1);
        break;
      case "J":
        this.#lines.fill(undefined, first === 0 ? this.#y + 1 : 0, first === 1 ? this.#y : undefined);
        if (first < 2) {
          this.#erase(this.#y, first === 0 ? x : 0, first === 0 ? undefined : x + 1);
        }
        break;
      case "K":
        this.#erase(this.#y, first === 0 ? x : 0, first === 1 ? x + 1 : undefined);
        break;
      case "X":
        this.#erase(this.#y, x, x + count);
        break;
      case "P":
        line?.splice(x, count);
        break;
      case "@":
        if (line && x < line.length) {
          line.splice(x, 0, ...new Array(Math.min(count, this.#columns)).fill(" "));
          line.length = Math.min(line.length, this.#columns);
        }
        break;
      case "L":
      case "M":
        if (this.#y >= this.#top && this.#y <= this.#bottom) {
          this.#scroll(this.#y, kind === "M" ? count : -count);
        }
        break;
      case "S":
      case "T":
        this.#scroll(this.#top, kind === "S" ? count : -count);
        break;
      case "r": {
        const bottom = (second || this.#rows) - 1;
        if (!parameters.startsWith("?") && count - 1 < bottom && bottom < this.#rows) {
          [this.#top, this.#bottom] = [count - 1, bottom];
          this.#at(0, 0);
        }
        break;
      }
      case "h":
      case "l":
        // The other screen begins empty, and leaves an empty one.
        if (/^\?(47|1047|1049)$/.test(parameters)) {
          this.#clear();
        }
        break;
      case "b":
        // To the row's end: programs repeat within a row.
        if (line && this.#x > 0) {
          const from = this.#x;
          this.#x = Math.min(from + count, this.#columns);
          line.length = Math.max(line.length, this.#x);
          line.fill(line[from - 1] ?? " ", from, this.#x);
        }
        break;
      default:
    }
  }
}

export function drawing(place, columns, rows, newline) {
  return new Page(place, columns, rows, newline);
}
