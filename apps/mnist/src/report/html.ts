/** @file Pieces of HTML. */

/** A text as HTML. */
function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A picture for narrow pages and one for wide ones: shrunk, its texts would be too small to read. */
export function forAnyWidth(draw: (width: number) => string, wide = 680): string {
  return `<div class="narrow">${draw(336)}</div><div class="wide">${draw(wide)}</div>`;
}

/** A table of names and values. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table>${lines.join('')}</table>`;
}
