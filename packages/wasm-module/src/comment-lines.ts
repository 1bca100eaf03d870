/** @file The lines of a comment: in WebAssembly text, a comment ends with its line, however that ends. */

export function commentLines(text: string): readonly string[] {
  return text.split(/\r\n|[\n\r]/);
}
