import { type PDFDocument, type PDFFont, type PDFPage, rgb } from "pdf-lib";

/** What text is set in, and which signs it has. */
export interface Face {
  readonly font: PDFFont;
  readonly signs: ReadonlySet<number>;
}

export interface Faces {
  readonly plain: Face;
  readonly bold: Face;
}

export const ink = rgb(0.1, 0.11, 0.14);
export const faint = rgb(0.42, 0.45, 0.5);
export const accent = rgb(0.09, 0.23, 0.42);
export const band = rgb(0.95, 0.96, 0.98);
const rule = rgb(0.8, 0.83, 0.87);

export type Color = typeof ink;

export const papers = { letter: [612, 792], a4: [595.28, 841.89] } as const;
export type Paper = keyof typeof papers;

export const margin = 46;
const top = 18;
const bottom = 46;

interface TextOptions {
  size?: number;
  face?: Face;
  color?: Color;
  /** Longer text is cut, with an ellipsis. */
  width?: number;
  align?: "left" | "right";
}

/** Pages that are filled from the top; what is written on each page's edge comes when their number is known. */
export class Sheet {
  readonly #document: PDFDocument;
  readonly #pages: { page: PDFPage; section: string }[] = [];
  readonly #widths = new Map<string, number>();
  readonly faces: Faces;
  readonly width: number;
  readonly #height: number;
  /** Where the next line goes, from the page's foot up. */
  y = 0;

  constructor(document: PDFDocument, faces: Faces, paper: Paper) {
    this.#document = document;
    this.faces = faces;
    [this.width, this.#height] = papers[paper];
  }

  get top(): number {
    return this.#height - margin - top;
  }

  get bottom(): number {
    return bottom;
  }

  newPage(section: string): void {
    this.#pages.push({ page: this.#document.addPage([this.width, this.#height]), section });
    this.y = this.top;
  }

  get #page(): PDFPage {
    return this.#pages.at(-1)!.page;
  }

  text(said: string, x: number, y: number, options: TextOptions = {}): void {
    const { size = 9, face = this.faces.plain, color = ink, width, align } = options;
    const shown = this.cut(said, size, face, width);
    if (!shown) return;
    const left = align === "right" ? x - this.widthOf(shown, size, face) : x;
    this.#page.drawText(shown, { x: left, y, size, font: face.font, color });
  }

  box(x: number, y: number, width: number, height: number, color: Color): void {
    this.#page.drawRectangle({ x, y, width, height, color });
  }

  line(x: number, y: number, width: number, color: Color = rule): void {
    this.#page.drawLine({ start: { x, y }, end: { x: x + width, y }, thickness: 0.6, color });
  }

  widthOf(text: string, size: number, face: Face): number {
    const key = `${face === this.faces.bold ? "b" : "p"}${text}`;
    let width = this.#widths.get(key);
    if (width === undefined) this.#widths.set(key, width = face.font.widthOfTextAtSize(text, 1));
    return width * size;
  }

  cut(said: string, size: number, face: Face, width?: number): string {
    const text = legible(said, face);
    if (width === undefined || this.widthOf(text, size, face) <= width) return text;
    const signs = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
    let least = 0;
    let most = signs.length;
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      const fits = this.widthOf(`${signs.slice(0, middle).join("").trimEnd()}…`, size, face) <= width;
      if (fits) least = middle;
      else most = middle - 1;
    }
    return `${signs.slice(0, least).join("").trimEnd()}…`;
  }

  /** The head and foot of each page. */
  finish(title: string, note: string): void {
    const { plain, bold } = this.faces;
    this.#pages.forEach(({ page, section }, index) => {
      const put = (text: string, x: number, y: number, face: Face, color: Color, end?: "right") => {
        const shown = this.cut(text, 8.5, face, this.width * 0.6);
        const left = end ? x - this.widthOf(shown, 8.5, face) : x;
        page.drawText(shown, { x: left, y, size: 8.5, font: face.font, color });
      };
      const rulerAt = (y: number) =>
        page.drawLine({ start: { x: margin, y }, end: { x: this.width - margin, y }, thickness: 0.6, color: rule });
      put(title, margin, this.#height - margin, bold, accent);
      put(section, this.width - margin, this.#height - margin, plain, faint, "right");
      rulerAt(this.#height - margin - 7);
      rulerAt(bottom - 8);
      put(note, margin, bottom - 20, plain, faint);
      put(`Page ${index + 1} of ${this.#pages.length}`, this.width - margin, bottom - 20, plain, faint, "right");
    });
  }
}

/** Signs that the face has not are shown as boxes rather than left out, and line breaks as spaces. */
export function legible(said: string, { signs }: Face): string {
  let text = "";
  for (const sign of said.normalize("NFC").replace(/\s+/g, " ")) text += signs.has(sign.codePointAt(0)!) ? sign : "□";
  return text;
}
