/** What the kernel sends; see notebook_ad/widgets/drawing.py. */

/** Where an operation stands in the code: line (from 1), column (from 0), end line, end column, in code points. */
export type Source = [line: number, column: number, endLine: number, endColumn: number];

/** What the rule box says about a node or an edge. */
export interface Part {
  where: string;
  lines: string[];
  source: Source | null;
}

/** A heat map: path data of its squares by strength (9), of the dashes of negatives, of the crosses of NaN and ∞. */
export interface Heat {
  squares: string[];
  dashes: string;
  crosses: string;
}

/** What slots say, by their ids: `n3.v`, `e5.g`, …; null is a heat map that is not there yet. */
export type Texts = Record<string, string | Heat | null>;

export type Phase = "forward" | "seed" | "backward";

/** One stop of the cursor. */
export interface Step extends Part {
  phase: Phase;
  node: string;
  edge: string | null;
  edges: string[];
  sets: Texts;
}

/** The recorded order, and the words for every part. */
export interface Walk {
  steps: Step[];
  blank: Texts;
  nodes: Record<string, Part>;
  edges: Record<string, Part>;
}

export interface Table {
  head: string[];
  rows: { node: string; cells: string[] }[];
}

/** What everything says at the end of both passes. */
export interface Frame {
  texts: Texts;
  table: Table;
  stale: boolean;
  note: string;
}

/** What can be dragged. */
export interface Leaf {
  node: string;
  name: string;
  shape: number[];
  values: number[];
  low: number;
  high: number;
  step: number;
  integer: boolean;
}

export interface Picture extends Walk {
  header: string;
  svg: string;
  code: string[];
  notes: string[];
  output: string;
  start: "end" | "start";
  frame: Frame;
  leaves: Leaf[];
  table: Table;
  predict: null | { slots: string[]; key: string };
}

/** A node or an edge by its key. */
export interface Target {
  kind: "node" | "edge";
  key: string;
}

/** What is sent to the kernel; `seq` is added on the way. */
export interface Message {
  do: string;
  [name: string]: unknown;
}

/** What the kernel answers, or says unasked (then without `seq`). */
export interface Reply {
  what: string;
  seq?: number;
  /** The other fields depend on `what`. */
  [name: string]: any;
}

/** The part of anywidget's model that is used here. */
export interface Model {
  get(name: "ident" | "_front"): string;
  get(name: "picture"): Picture;
  set(name: string, value: null): void;
  on(name: string, callback: (content?: any) => void): void;
  off(name: string, callback: (content?: any) => void): void;
  send(content: object): void;
  widget_manager?: { context?: { path?: string; isDisposed?: boolean } };
}

export type Cleanup = () => void;

/** What happens in a view: parts were selected, numbers changed, the cursor moved, another graph is shown. */
export interface Events {
  select: Target[];
  frame: Frame;
  cursor: number;
  picture: Picture;
}

/** What the panels see of the view that they stand in. */
export interface View {
  model: Model;
  /** The picture as it is shown now; another one after "picture". */
  picture(): Picture;
  /** The numbers as they are at the end of both passes. */
  frame(): Frame;
  /** Show these numbers; what they leave out stays. */
  apply(frame: Partial<Frame>): void;
  /** Ask the kernel; `onReply` gets the answer, or `{what: "problem", text}`, or is never called. */
  ask(message: Message, onReply: (reply: Reply) => void): void;
  /** Set edges (and nodes) in relief against the rest; null ends it. */
  light(edges: string[] | null, nodes?: string[]): void;
  /** Show what the rule box says of a part, as if it were pointed at; null ends it. */
  point(target: Target | null): void;
  /** Mark a place in the code; null goes back to what was marked. */
  mark(source: Source | null): void;
  on<K extends keyof Events>(event: K, fn: (what: Events[K]) => void): Cleanup;
  /** The element whose text a slot is. */
  slot(id: string): SVGElement | null;
  /** Select parts, as a click does; none ends it. */
  select(targets: Target[]): void;
  /** What a slot says at the cursor. */
  text(id: string): string;
  /** Say something to those who listen to the page. */
  announce(text: string): void;
}

/** One panel beside or under the graph. */
export interface Panel {
  root: HTMLElement;
  close?(): void;
  frame?(frame: Frame): void;
  /** Set in relief what stands here for a node. */
  mark?(node: string | null): void;
}
