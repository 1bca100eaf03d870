/** @file What saving and loading do with the files of users: links, modes, odd targets, paths that name no file. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connection, Network, Node, Probe, type Simulator } from './index.ts';
import { loadParameters, saveParameters, writeWholeFile } from './node.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

let folder: string;
let sim: Simulator;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ndl-files-'));
  const net = new Network({ seed: 0 }, () => {
    const output = new Node({ sizeIn: 1 });
    new Connection(new Node([0]), output, { transform: 2 });
    new Probe(output);
  });
  sim = await simulate(net);
});
afterEach(async () => {
  await sim.dispose();
  rmSync(folder, { recursive: true });
});

const at = (...names: string[]): string => join(folder, ...names);
const put = (name: string, mode = 0o644): string => {
  writeFileSync(at(name), 'old');
  chmodSync(at(name), mode);
  return at(name);
};
const modeOf = (path: string): number => statSync(path).mode & 0o7777;
const isSaved = (path: string): boolean => Buffer.from(sim.encodeParameters()).equals(readFileSync(path));

/** What `work` throws, which must leave every name in the folder as it was. */
async function refusalOf(work: () => Promise<unknown>): Promise<unknown> {
  const before = readdirSync(folder, { recursive: true });
  const error: unknown = await work().then(
    () => 'nothing was thrown',
    (caught: unknown) => caught,
  );
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
  return error;
}

describe('saving', () => {
  it.each([
    ['beside it', 'run-7.npz', (target: string) => target],
    ['elsewhere, by a relative path', 'runs/run-7.npz', (target: string) => relative(folder, at(target))],
    ['elsewhere, by an absolute path', 'runs/run-7.npz', (target: string) => at(target)],
  ])('writes through a link to a file %s; it stays a link', async (_, target, textOf) => {
    mkdirSync(at('runs'));
    put(target);
    symlinkSync(textOf(target), at('latest.npz'));
    await saveParameters(sim, at('latest.npz'));
    expect([lstatSync(at('latest.npz')).isSymbolicLink(), isSaved(at(target))]).toEqual([true, true]);
    expect(readdirSync(at('runs')).length).toBe(target.startsWith('runs') ? 1 : 0);
    await loadParameters(sim, at('latest.npz'));
  });

  it('writes through links to links, and through links to folders, where .. means their own parent', async () => {
    mkdirSync(at('deep', 'runs'), { recursive: true });
    put('deep/run.npz');
    symlinkSync('deep/runs', at('runs'));
    symlinkSync('runs/../run.npz', at('first.npz'));
    symlinkSync('first.npz', at('second.npz'));
    await saveParameters(sim, at('second.npz'));
    expect([isSaved(at('deep', 'run.npz')), existsSync(at('run.npz'))]).toEqual([true, false]);
    symlinkSync('runs/../new.npz', at('third.npz'));
    await saveParameters(sim, at('third.npz'));
    expect([isSaved(at('deep', 'new.npz')), readlinkSync(at('third.npz'))]).toEqual([true, 'runs/../new.npz']);
  });

  it('makes the file that a link leads to, where it is not there yet', async () => {
    mkdirSync(at('runs'));
    symlinkSync(join('runs', 'run-8.npz'), at('latest.npz'));
    await saveParameters(sim, at('latest.npz'));
    expect([isSaved(at('runs', 'run-8.npz')), lstatSync(at('latest.npz')).isSymbolicLink()]).toEqual([true, true]);
  });

  it.each(['600', '640', '666', '755', '200'])('keeps the mode of a file, %s', async (octal) => {
    const mode = Number.parseInt(octal, 8);
    const path = put('private.npz', mode);
    await saveParameters(sim, path);
    expect(modeOf(path)).toBe(mode);
  });

  it('gives a new file the mode that new files have here', async () => {
    await saveParameters(sim, at('new.npz'));
    expect(modeOf(at('new.npz'))).toBe(modeOf(put('other.npz', 0o666 & ~process.umask())));
  });

  it('takes names as long as names can be, and strange ones', async () => {
    for (const name of ['n'.repeat(255), ' ', '-rf', 'a\nb', '%s', '雪.npz']) {
      await saveParameters(sim, at(name));
      expect(isSaved(at(name))).toBe(true);
    }
    expect(readdirSync(folder)).toHaveLength(6);
  });

  it('many times at once leaves one of the files whole, and nothing else', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(100_000));
    const path = put('contested.txt');
    await Promise.all(texts.map((text) => writeWholeFile(path, text)));
    expect(texts).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(folder)).toEqual(['contested.txt']);
  });

  it('leaves other names of the file with what they had', async () => {
    const path = put('run.npz');
    linkSync(path, at('kept.npz'));
    await saveParameters(sim, path);
    expect([isSaved(path), readFileSync(at('kept.npz'), 'utf8')]).toEqual([true, 'old']);
  });
});

describe('saving is refused with the path that the user gave, and leaves all as it was', () => {
  const cases: readonly [string, () => string, string | RegExp][] = [
    ['a missing folder', () => at('no', 'such', 'x.npz'), /there is no folder .*no.such\. Nothing was changed\.$/],
    ['a folder', () => (mkdirSync(at('taken', 'inside'), { recursive: true }), at('taken')), 'it is a folder'],
    ['the folder itself', () => `${folder}/.`, 'it is a folder'],
    ['a link to a folder', () => (symlinkSync('.', at('here')), at('here')), 'it is a folder'],
    ['a file for a folder', () => join(put('file'), 'x.npz'), 'what should be a folder in its path is none'],
    ['a pipe', () => (execFileSync('mkfifo', [at('pipe')]), at('pipe')), 'it is a pipe'],
    ['a link to itself', () => (symlinkSync('me', at('me')), at('me')), 'in a circle'],
    [
      'two links to each other',
      () => {
        symlinkSync('b', at('a'));
        symlinkSync('a', at('b'));
        return at('a');
      },
      'in a circle',
    ],
    [
      'a link into a missing folder',
      () => (symlinkSync('no/x.npz', at('link')), at('link')),
      /there is no folder .*no\./,
    ],
    ['a name that is too long', () => at('n'.repeat(256)), 'the name is too long'],
    ['a write-protected file', () => put('protected.npz', 0o444), 'write-protected'],
  ];
  it.each(cases)('%s', async (_, make, message) => {
    const path = make();
    const error = await refusalOf(() => saveParameters(sim, path));
    expect(error).toEqual(failing('FILE_NOT_WRITTEN', message));
    expect((error as Error).message.startsWith(`${path} cannot be written: `)).toBe(true);
    expect((error as Error).message).not.toContain('.ndl-');
  });

  it('a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at('socket'), resolve));
    const error = await refusalOf(() => saveParameters(sim, at('socket')));
    await new Promise((resolve) => server.close(resolve));
    expect(error).toEqual(failing('FILE_NOT_WRITTEN', 'it is a socket'));
  });

  it('the contents of a write-protected file are kept', async () => {
    const path = put('protected.npz', 0o444);
    await refusalOf(() => saveParameters(sim, path));
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('with the error of the system as its cause', async () => {
    const error = await refusalOf(() => saveParameters(sim, at('n'.repeat(256))));
    expect((error as Error).cause).toMatchObject({ code: 'ENAMETOOLONG' });
  });
});

describe('a path that can name no file is refused by the call that was given it', () => {
  const paths: readonly [string, unknown, string][] = [
    ['none', undefined, 'path must be a text (got undefined)'],
    ['null', null, 'path must be a text (got null)'],
    ['a number', 3, 'path must be a text (got 3)'],
    ['bytes', Buffer.from('x.npz'), 'path must be a text'],
    ['a URL', pathToFileURL('/x.npz'), "fileURLToPath of node:url makes one (got 'file:///x.npz')"],
    ['an empty text', '', "path must name a file (got '')"],
    ['a zero byte', 'a\0b', 'path must name a file'],
    ['a slash at the end', 'x.npz/', 'path must name a file, not a folder'],
  ];
  it.each(paths)('%s', async (_, path, message) => {
    for (const [name, call] of Object.entries({ saveParameters, loadParameters })) {
      const error = await refusalOf(() => call(sim, path as string));
      expect(error).toEqual(failing('INVALID_OPTION', `${name}: `));
      expect(error).toEqual(failing('INVALID_OPTION', message));
    }
  });

  it('and so is what is no simulator, or no contents', async () => {
    for (const call of [saveParameters, loadParameters]) {
      expect(await refusalOf(() => call(undefined as never, at('x')))).toEqual(failing('INVALID_OPTION', 'simulator'));
    }
    expect(await refusalOf(() => writeWholeFile(at('x'), undefined as never))).toEqual(
      failing('INVALID_OPTION', 'contents must be a text or a Uint8Array'),
    );
  });
});

describe('loading is refused with the path that the user gave', () => {
  const cases: readonly [string, () => string, string, string][] = [
    ['a missing file', () => at('none.npz'), 'PARAMETERS_UNREADABLE', 'there is no such file'],
    [
      'a link to nothing',
      () => (symlinkSync('none', at('link')), at('link')),
      'PARAMETERS_UNREADABLE',
      'it is a link to',
    ],
    ['a link to itself', () => (symlinkSync('me', at('me')), at('me')), 'PARAMETERS_UNREADABLE', 'in a circle'],
    ['a folder', () => folder, 'PARAMETERS_UNREADABLE', 'it is a folder'],
    ['a pipe', () => (execFileSync('mkfifo', [at('pipe')]), at('pipe')), 'PARAMETERS_UNREADABLE', 'it is a pipe'],
    ['a file for a folder', () => join(put('file'), 'x.npz'), 'PARAMETERS_UNREADABLE', 'what should be a folder'],
    ['a file that is too short', () => put('short.npz'), 'PARAMETERS_INVALID', 'no zip archive'],
  ];
  it.each(cases)('%s', async (_, make, code, message) => {
    const path = make();
    const error = await refusalOf(() => loadParameters(sim, path));
    expect(error).toEqual(failing(code, message));
    expect((error as Error).message.startsWith(`${path}: `)).toBe(true);
    expect((error as Error).message).toMatch(/[^.]\. Nothing was changed\.$/);
  });

  it('with the error of the system as its cause', async () => {
    const error = await refusalOf(() => loadParameters(sim, at('none.npz')));
    expect((error as Error).cause).toMatchObject({ code: 'ENOENT' });
  });
});

describe('a relative path is of the working folder at the call, whatever that becomes', () => {
  const home = process.cwd();
  afterEach(() => process.chdir(home));

  it('saving and loading', async () => {
    mkdirSync(at('one'));
    mkdirSync(at('two'));
    process.chdir(at('one'));
    const saving = [saveParameters(sim, 'x.npz'), writeWholeFile('../y', 'y'), writeWholeFile('./z', 'z')];
    process.chdir(at('two'));
    await Promise.all(saving);
    expect([readdirSync(at('one')), readdirSync(at('two')), existsSync(at('y'))]).toEqual([['x.npz', 'z'], [], true]);
    process.chdir(at('one'));
    const loading = loadParameters(sim, 'x.npz');
    process.chdir(at('two'));
    await loading;
  });

  it('a working folder that is gone is told', async () => {
    mkdirSync(at('gone'));
    process.chdir(at('gone'));
    rmSync(at('gone'), { recursive: true });
    for (const [code, act] of [
      ['FILE_NOT_WRITTEN', () => saveParameters(sim, 'x.npz')],
      ['PARAMETERS_UNREADABLE', () => loadParameters(sim, 'x.npz')],
    ] as const) {
      const error: unknown = await act().catch((caught: unknown) => caught);
      expect(error).toEqual(failing(code, /^x\.npz.*the working folder is gone\. Nothing was changed\.$/));
    }
  });
});
