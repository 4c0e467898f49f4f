/** The kernel's replies to what the panels ask, and what it says while a loop runs. */
import type { Picture, Source, Texts } from "./types";

/** What else a picture may hold: names of the blanks; the last `done` of a training that is over. */
export interface PanelPicture extends Omit<Picture, "predict"> {
  predict: null | { slots: string[]; key: string; labels?: Record<string, string> };
  training?: Done | null;
}

export interface PathRow {
  edges: string[];
  path: string;
  product: string;
  contribution: string;
  share: string;
  fraction: number;
}

export interface PathsReply {
  title: string;
  rows: PathRow[];
  total: string;
  count: number | string;
  left_out: string;
  note: string;
  lit: string[];
}

export interface WhyReply {
  title: string;
  lines: { text: string; source: Source | null; node: string | null }[];
  lit: string[];
}

export interface Hist {
  counts: number[];
  low: number | string;
  high: number | string;
}

export interface Cells {
  shape: number[];
  value: string[][];
  gradient: string[][] | null;
  strength: number[][];
  gstrength: number[][] | null;
}

export interface DetailReply {
  title: string;
  shape: string;
  rows: string[][];
  histogram: { value: Hist | null; gradient: Hist | null };
  cells: Cells | null;
  jacobian: boolean;
}

export interface ElementReply {
  title: string;
  svg: string;
  lines: string[];
}

export interface JacobianReply {
  title: string;
  rows: string[];
  columns: string[];
  cells: string[][];
  strength: number[][];
  signs: number[][];
}

export interface Checked {
  slot: string;
  right: boolean;
  hint: string;
  text: string;
}

/** Sent by the kernel while a loop runs, and once when it ended. */
export interface Tick {
  what: "tick";
  step: number;
  texts: Texts;
  charts: Record<string, number | null>;
}

export interface Done {
  what: "done";
  step: number;
  loss: (number | null)[];
  norm: (number | null)[];
  at: number[];
  frames: Record<string, Texts>;
}
