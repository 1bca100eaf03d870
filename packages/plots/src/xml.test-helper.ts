/** @file Reads XML as strictly as a browser does a picture: what is not well-formed fails. */

/** An element of a picture. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All text within. */
  readonly text: string;
}

const TOKEN = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** The only root element. @throws Error where the text is not well-formed */
export function readXml(xml: string): XmlElement {
  // oxlint-disable-next-line no-control-regex -- no XML may hold these
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/.test(xml)) throw new Error('a character that no XML may hold');
  const open: { name: string; attributes: Record<string, string>; children: XmlElement[]; text: string }[] = [
    { name: '', attributes: {}, children: [], text: '' },
  ];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < xml.length;) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(xml);
    if (match === null) throw new Error(`not well-formed: ${xml.slice(at, at + 80)}`);
    const [, isEnd, name, attributes, isEmpty, text] = match;
    const parent = open.at(-1)!;
    if (text !== undefined) parent.text += decoded(text);
    else if (isEnd === '/') close(open, name!);
    else {
      open.push({ name: name!, attributes: attributesOf(attributes!), children: [], text: '' });
      if (isEmpty === '/') close(open, name!);
    }
  }
  const [root] = open;
  if (open.length !== 1 || root!.children.length !== 1) throw new Error('not one root');
  return root!.children[0]!;
}

/** Every element of this name, in order. */
export function all(root: XmlElement, name: string): readonly XmlElement[] {
  return [...(root.name === name ? [root] : []), ...root.children.flatMap((child) => all(child, name))];
}

function close(open: { name: string; children: XmlElement[]; text: string }[], name: string): void {
  const ended = open.pop()!;
  if (ended.name !== name || open.length === 0) throw new Error(`</${name}> ends <${ended.name}>`);
  open.at(-1)!.children.push(ended as unknown as XmlElement);
  open.at(-1)!.text += ended.text;
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, decoded(value!)]),
  );
}

function decoded(text: string): string {
  if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`a bare & in: ${text.slice(0, 80)}`);
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name]!);
}
