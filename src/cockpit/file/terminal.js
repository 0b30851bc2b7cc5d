/**
 * Draws a recording as a page of characters: where they stand, and nothing else of what a terminal obeys. Colours, titles,
 * links, questions and the clipboard are left out, and so is what has scrolled away.
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

  #blank() {
    return new Array(this.#columns).fill(" ");
  }

  reset() {
    this.#lines = Array.from({ length: this.#rows }, () => this.#blank());
    [this.#x, this.#y, this.#top, this.#bottom, this.#rest] = [0, 0, 0, this.#rows - 1, ""];
    this.#draw();
  }

  resize(columns, rows) {
    const old = this.#lines;
    [this.#columns, this.#rows] = [columns, rows];
    this.#lines = Array.from({ length: rows }, (_, y) => this.#blank().map((blank, x) => old[y]?.[x] ?? blank));
    [this.#top, this.#bottom] = [0, rows - 1];
    this.#at(this.#x, this.#y);
    this.#draw();
  }

  dispose() {
    this.#shown.remove();
  }

  #draw() {
    const text = this.#lines.map((line) => line.join("").trimEnd()).join("\n");
    this.#shown.textContent = text;
    this.#shown.setAttribute("aria-label", text);
  }

  #at(x, y) {
    this.#x = Math.min(Math.max(x, 0), this.#columns - 1);
    this.#y = Math.min(Math.max(y, 0), this.#rows - 1);
  }

  /** Lines that leave at one end, and come empty at the other. */
  #scroll(from, count) {
    for (let i = 0; i < Math.min(Math.abs(count), this.#rows); i++) {
      this.#lines.splice(count > 0 ? from : this.#bottom, 1);
      this.#lines.splice(count > 0 ? this.#bottom : from, 0, this.#blank());
    }
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
      this.#lines[this.#y][this.#x++] = one;
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
        this.reset();
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
    this.#lines[y]?.fill(" ", from, to);
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
        this.#lines.forEach((_, y) => {
          const isWhole = first > 1 || (first === 0 ? y > this.#y : y < this.#y);
          if (isWhole) {
            this.#erase(y, 0);
          } else if (y === this.#y) {
            this.#erase(y, first === 0 ? x : 0, first === 0 ? undefined : x + 1);
          }
        });
        break;
      case "K":
        this.#erase(this.#y, first === 0 ? x : 0, first === 1 ? x + 1 : undefined);
        break;
      case "X":
        this.#erase(this.#y, x, x + count);
        break;
      case "P":
        line.splice(x, count);
        this.#lines[this.#y] = this.#blank().map((blank, at) => line[at] ?? blank);
        break;
      case "@":
        line.splice(x, 0, ...new Array(Math.min(count, this.#columns)).fill(" "));
        line.length = this.#columns;
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
          this.reset();
        }
        break;
      case "b":
        if (x > 0) {
          this.#print(line[x - 1].repeat(Math.min(count, this.#columns)));
        }
        break;
      default:
    }
  }
}

export function drawing(place, columns, rows, newline) {
  return new Page(place, columns, rows, newline);
}
