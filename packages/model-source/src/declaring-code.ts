/** @file The function that a rewritten model calls with each object that it makes: plain JavaScript, self-contained, of one line. */

/**
 * Gives an object of a network the name it has in the source as its label, where it has none, and keeps its name and line in the
 * export `declarations`.
 * Its last argument says that a label which the object has was not written by the author of the model.
 * @param name a free name of the model's module, for the function
 */
export function declaringCode(name: string): string {
  return [
    `function ${name}(object, name, line, isUnlabelled) {`,
    `const all = (${name}.all ??= new Map());`,
    "if (typeof object !== 'object' || object === null || !('label' in object)) return object;",
    "if (!['network', 'ensemble', 'node', 'connection', 'probe'].includes(object.kind)) return object;",
    'const before = all.get(object);',
    'if (name === undefined && before !== undefined) return object;',
    'const isFree = object.label === null || (isUnlabelled && before === undefined) || (before !== undefined && object.label === before.name);',
    'if (name !== undefined && isFree) object.label = name;',
    'all.set(object, Object.freeze({ name, line }));',
    'return object; }',
    `export const declarations = (${name}.all ??= new Map());`,
  ].join(' ');
}
