/** @file What the TypeScript service tells of models, from the declaration files that the page ships. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_MODEL } from '../page/default-model.ts';
import { collectDeclarations } from '../site/collect-declarations.ts';
import { IMPORTABLE } from './declarations.ts';
import type { Answers, Edit, Fix, Question } from './messages.ts';
import { TypeService } from './type-service.ts';

const declarations = collectDeclarations();
const service = new TypeService(declarations);

function ask<Kind extends Question['ask']>(question: Extract<Question, { ask: Kind }>): Answers[Kind] {
  return service.answer(question) as Answers[Kind];
}

/** A source, and the place in it where `|` stands. */
function place(marked: string): { readonly source: string; readonly at: number } {
  return { source: marked.replace('|', ''), at: marked.indexOf('|') };
}

const MODELS = join(import.meta.dirname, '../../../gallery/src/models');

test.each(readdirSync(MODELS))('finds nothing wrong with %s', (file) => {
  expect(ask<'problems'>({ ask: 'problems', source: readFileSync(join(MODELS, file), 'utf8') })).toEqual([]);
});

test('says where types do not fit, and is silent about what cannot be read and what is empty', () => {
  const problems = (source: string): Answers['problems'] => ask<'problems'>({ ask: 'problems', source });
  expect(problems(DEFAULT_MODEL)).toEqual([]);
  const wrong = DEFAULT_MODEL.replace('nNeurons: 50', "nNeurons: 'many'");
  const [problem, ...more] = problems(wrong);
  expect(more).toEqual([]);
  expect(problem!.message).toBe("Type 'string' is not assignable to type 'number'.");
  expect(wrong.slice(problem!.from, problem!.to)).toBe('nNeurons');
  expect(problems('const a: number = "text"; const b = ;')).toEqual([]);
  expect(problems('')).toEqual([]);
  // Nothing of the page: models run where it is not.
  expect(problems('document.title')[0]!.message).toMatch("Cannot find name 'document'");
});

test('completes members, options and names to import, with what their authors say', () => {
  const asked = place(
    "import { Ensemble } from 'ndl';\nconst a = new Ensemble({ nNeurons: 9, dimensions: 1 });\na.neu|",
  );
  const found = ask<'completions'>({ ask: 'completions', ...asked })!;
  expect(asked.source.slice(found.from, asked.at)).toBe('neu');
  expect(found.entries.map(({ name }) => name)).toContain('neurons');
  const neurons = ask<'completion'>({ ask: 'completion', ...asked, name: 'neurons' })!;
  expect(neurons.signature).toContain('Ensemble.neurons: Neurons');

  const options = place("import { Ensemble } from 'ndl';\nnew Ensemble({ nNeurons: 9, dimensions: 1, | });");
  const names = ask<'completions'>({ ask: 'completions', ...options })!.entries.map(({ name }) => name);
  expect(names.filter((name) => ['maxRates', 'intercepts', 'nNeurons'].includes(name)).toSorted()).toEqual([
    'intercepts',
    'maxRates',
  ]);
  const described = ask<'completion'>({ ask: 'completion', ...options, name: 'maxRates' })!;
  expect(described.documentation).toMatch(/Hz/);

  const imports = place("import { EnsembleA| } from '@ndl/networks';");
  expect(ask<'completions'>({ ask: 'completions', ...imports })!.entries.map(({ name }) => name)).toContain(
    'EnsembleArray',
  );
  expect(ask<'completions'>({ ask: 'completions', ...place('const text = "a.|";') })).toBeNull();
});

test('tells what a name is; nothing where there is none', () => {
  const asked = place("import { Connection } from 'ndl';\nnew Conne|ction(1, 2);");
  const meaning = ask<'hover'>({ ask: 'hover', ...asked })!;
  expect(asked.source.slice(meaning.from, meaning.to)).toBe('Connection');
  expect(meaning.signature).toContain('new Connection');
  expect(meaning.documentation.length).toBeGreaterThan(20);
  expect(ask<'hover'>({ ask: 'hover', source: '\n\n', at: 1 })).toBeNull();
});

test('needs what ndl and the language declare, and nothing of TensorFlow.js and pages', () => {
  const paths = Object.keys(declarations);
  expect(paths).toContain('/node_modules/@ndl/model/dist/index.d.ts');
  expect(paths.filter((path) => /tensorflow|lib\.dom|\.map$/.test(path))).toEqual([]);
});

/** A source after edits. */
const edited = (source: string, edits: readonly Edit[]): string =>
  edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((text, { from, to, text: written }) => text.slice(0, from) + written + text.slice(to), source);

test('offers what packages export that models may import, once, and imports it', () => {
  const asked = place(
    "/** A model. */\nimport { Network } from 'ndl';\n\nconst net = new Network();\nconst a = new Ens|;",
  );
  const { entries } = ask<'completions'>({ ask: 'completions', ...asked })!;
  const names = entries.map(({ name }) => name);
  expect(names.length).toBe(new Set(names).size);
  expect(entries.find(({ name }) => name === 'Ensemble')).toMatchObject({ module: 'ndl', type: 'class' });
  expect(entries.find(({ name }) => name === 'Network')!.module).toBeUndefined();
  const foreign = entries.flatMap(({ module }) => module ?? []).filter((module) => !IMPORTABLE.includes(module));
  expect(foreign).toEqual([]);
  // Nothing of it runs in the page.
  expect(names).not.toContain('importModel');
  const { edits, documentation } = ask<'completion'>({ ask: 'completion', ...asked, name: 'Ensemble', module: 'ndl' })!;
  expect(documentation.length).toBeGreaterThan(20);
  expect(edited(asked.source, edits)).toContain("import { Ensemble, Network } from 'ndl';");
  const known = ask<'completion'>({ ask: 'completion', ...asked, name: 'Network' })!;
  expect(known.edits).toEqual([]);
  const type = place("import { Network } from 'ndl';\nlet told: ModelTrain|;");
  const typed = ask<'completion'>({ ask: 'completion', ...type, name: 'ModelTraining', module: '@ndl/model-source' })!;
  // A type alone, so that nothing of the import is left when the model runs.
  expect(edited(type.source, typed.edits)).toContain("import type { ModelTraining } from '@ndl/model-source';");
});

test('keeps the paragraph of a model before what it imports', () => {
  const asked = place('/** What it is about. */\n\nconst a = new Ens|;\nexport default a;');
  const { edits } = ask<'completion'>({ ask: 'completion', ...asked, name: 'Ensemble', module: 'ndl' })!;
  expect(edited(asked.source, edits)).toMatch(/^\/\*\* What it is about. \*\/\n+import \{ Ensemble \} from 'ndl';\n/);
});

test('mends names that are unknown, and writes no code that nobody asked for', () => {
  const source = "import { Network } from 'ndl';\nconst net = new Netwrok();\nnew Ensemble();\nnowhere(net);\n";
  const problems = ask<'problems'>({ ask: 'problems', source });
  const fixesOf = (name: string): readonly Fix[] =>
    problems.find(({ from, to }) => source.slice(from, to) === name)!.fixes;
  expect(fixesOf('Ensemble').map(({ title, edits }) => [title, edited(source, edits)])).toEqual([
    ['Update import from "ndl"', source.replace('{ Network }', '{ Ensemble, Network }')],
  ]);
  expect(fixesOf('Netwrok').map(({ edits }) => edited(source, edits))).toEqual([source.replace('Netwrok', 'Network')]);
  expect(fixesOf('nowhere')).toEqual([]);
});
