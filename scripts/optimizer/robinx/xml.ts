import { XMLParser, XMLValidator } from "fast-xml-parser";
import { StackError } from "../../stack/errors.ts";

/** An element: its attributes as text, its children by name. */
export interface Element {
  readonly [name: string]: unknown;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseAttributeValue: false,
  parseTagValue: false,
});

/** The root element `name` of an XML text; a {@link StackError} says what is wrong with the text. */
export function parseXml(text: string, name: string): Element {
  const checked = XMLValidator.validate(text);
  if (checked !== true) {
    const { msg, line, col } = checked.err;
    throw new StackError(`line ${line}, column ${col}: this is not XML: ${msg}`);
  }
  const root: unknown = parser.parse(text)[name];
  if (!isElement(root)) throw new StackError(`the root element is not <${name}>.`);
  return root;
}

const isElement = (value: unknown): value is Element =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The element at a path, empty when it is absent or has nothing inside. */
export function child(element: Element, ...path: readonly string[]): Element {
  const found = path.reduce<unknown>((at, name) => isElement(at) ? at[name] : undefined, element);
  return isElement(found) ? found : {};
}

/** Every child of that name: none, one or many. */
export function children(element: Element, name: string): readonly Element[] {
  const found = element[name];
  return (Array.isArray(found) ? found : [found]).filter(isElement);
}

/** The text of an attribute or of a child without children. */
export function textOf(element: Element, name: string): string | undefined {
  const found = element[name];
  return typeof found === "string" ? found : undefined;
}

/** As {@link textOf}, but it must be there; `where` names the element in the message. */
export function required(element: Element, name: string, where: string): string {
  const found = textOf(element, name);
  if (found === undefined) throw new StackError(`${where} has no ${name}.`);
  return found;
}

/** An attribute that must be a whole number; `absent` stands for one that is not there. */
export function wholeNumber(element: Element, name: string, where: string, absent?: number): number {
  const text = textOf(element, name);
  if (text === undefined && absent !== undefined) return absent;
  const found = Number(required(element, name, where));
  if (text === "" || !Number.isSafeInteger(found)) {
    throw new StackError(`${where}: ${name}="${text}" is not a whole number.`);
  }
  return found;
}

/** The parts of a list such as `1;2;3;`. */
export const listOf = (text: string | undefined): readonly string[] =>
  (text ?? "").split(";").map((part) => part.trim()).filter(Boolean);
