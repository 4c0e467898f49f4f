/** What the kernel sends; see notebook_ad/widgets/drawing.py. */

/** Where an operation stands in the code: line (from 1), column (from 0), end line, end column, in code points. */
export type Source = [line: number, column: number, endLine: number, endColumn: number];

/** What the rule box says about a node or an edge. */
export interface Part {
  where: string;
  lines: string[];
  source: Source | null;
}

export interface Picture {
  header: string;
  svg: string;
  code: string[];
  nodes: Record<string, Part>;
  edges: Record<string, Part>;
  output: string;
  table: { head: string[]; rows: { node: string; cells: string[] }[] };
  notes: string[];
}

/** A node or an edge by its key. */
export interface Target {
  kind: "node" | "edge";
  key: string;
}

/** The part of anywidget's model that is used here. */
export interface Model {
  get(name: "ident"): string;
  get(name: "picture"): Picture;
  on(name: string, callback: () => void): void;
  off(name: string, callback: () => void): void;
  widget_manager?: { context?: { path?: string } };
}

export type Cleanup = () => void;

