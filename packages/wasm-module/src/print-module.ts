/** @file A module in WebAssembly's text format, folded: operands stand inside what takes them, as in any other language. */
import type { Code } from './code.ts';
import { commentLines } from './comment-lines.ts';
import type { DefinedFunction, FunctionHandle } from './function-builder.ts';

/** What is printed of a module. */
export interface PrintedModule {
  readonly comments: readonly string[];
  readonly imports: readonly FunctionHandle[];
  readonly functions: readonly DefinedFunction[];
}

const LINE = 110;

export function printModule({ comments, imports, functions }: PrintedModule, pages: string): string {
  return [
    '(module',
    ...comments.flatMap(commentLines).map((line) => `  ;; ${line}`),
    `  (import "env" "memory" (memory ${pages}))`,
    ...imports.map(({ name, parameters }) => {
      return `  (import "env" "${name}" (func $${name}${parameters.length > 0 ? ` (param ${parameters.join(' ')})` : ''}))`;
    }),
    ...functions.map(printFunction),
    ')',
    '',
  ].join('\n');
}

function printFunction({ name, parameters, body, isExported }: DefinedFunction): string {
  const own = body.locals.slice(parameters.length);
  const heads = body.locals.slice(0, parameters.length).map((local) => ` (param $${local.name} ${local.type})`);
  return [
    `  (func $${name}${isExported ? ` (export "${name}")` : ''}${heads.join('')}`,
    ...inLines(own.map(({ name: local, type }) => `(local $${local} ${type})`)).map((line) => `    ${line}`),
    ...body.statements.map((statement) => printCode(statement, '    ')),
    '  )',
  ].join('\n');
}

function inLines(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= LINE) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function printCode(code: Code, indent: string): string {
  const { head, operands, part } = code;
  const inner = `${indent}  `;
  const list = (statements: readonly Code[], at: string): string[] => statements.map((each) => printCode(each, at));
  switch (part.kind) {
    case 'comment':
      return `${indent};; ${head}`;
    case 'loop':
      return [`${indent}(loop`, ...list(part.body, inner), `${indent})`].join('\n');
    case 'if': {
      const branches = [
        `${inner}(then`,
        ...list(part.whenTrue, `${inner}  `),
        `${inner})`,
        ...(part.whenFalse.length > 0 ? [`${inner}(else`, ...list(part.whenFalse, `${inner}  `), `${inner})`] : []),
      ];
      return [`${indent}(if`, ...list(operands, inner), ...branches, `${indent})`].join('\n');
    }
    default: {
      const line = flat(code, LINE - indent.length);
      if (line !== undefined) return indent + line;
      return [`${indent}(${head}`, ...list(operands, inner), `${indent})`].join('\n');
    }
  }
}

/** On one line, where there is room. */
function flat({ head, operands }: Code, room: number): string | undefined {
  let line = `(${head}`;
  for (const operand of operands) {
    const part = flat(operand, room - line.length - 2);
    if (part === undefined) return undefined;
    line += ` ${part}`;
  }
  return line.length < room ? `${line})` : undefined;
}
