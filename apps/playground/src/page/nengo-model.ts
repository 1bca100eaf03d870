/** @file The source of a model that is a network of Nengo's, of a file that `tools/nengo-export` wrote. */

/** Imports the text of the file that was opened. */
const OPENING = `import { text } from ${JSON.stringify('@ndl/opened-file')};`;

/**
 * A module that makes a network of the file, which models import from `@ndl/opened-file`.
 * @throws Error for what is no JSON, or no object
 */
export function nengoModel(json: string, name: string): string {
  let file: unknown;
  try {
    file = JSON.parse(json);
  } catch (error) {
    throw new Error(`${name} is no JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof file !== 'object' || file === null || Array.isArray(file))
    throw new Error(`${name} holds no network: a file that tools/nengo-export wrote is an object.`);
  return `/**
 * ${name.replaceAll(/[^\w. -]/g, '_').slice(0, 80)}: a network that Nengo made, with its neurons and decoders.
 * What its functions computed is recorded in the file, and nothing in it is run.
 */
${OPENING}
import { importNengo } from 'ndl';

export default importNengo(text);
`;
}
