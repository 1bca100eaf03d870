/**
 * @file Writing that the system refuses: a full disk, rights that are missing, an owner that cannot be kept. The refusals are
 * made up, call by call, since whoever runs the tests may be allowed everything (root is), and may not fill disks.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type * as promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Network } from './index.ts';
import { csvLog, loadParameters, makeFolder, writeWholeFile } from './node.ts';
import { failing, simulate } from './reference-simulator.test-helper.ts';

type Module = typeof promises;
type Call =
  'access' | 'chmod' | 'chown' | 'close' | 'mkdir' | 'open' | 'readFile' | 'realpath' | 'rename' | 'sync' | 'writeFile';

/** What the next call of this name does in place of its work. */
const madeUp = vi.hoisted(() => new Map<string, (...given: unknown[]) => Promise<unknown>>());

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<Module>();
  const replaceable = <Function extends (...given: never[]) => unknown>(name: string, real: Function): Function =>
    ((...given: unknown[]) =>
      (madeUp.get(name) ?? (real as unknown as (...all: unknown[]) => unknown))(...given)) as never;
  const open: Module['open'] = async (...given) => {
    const file = await replaceable('open', actual.open)(...given);
    for (const name of ['writeFile', 'sync', 'chown', 'chmod'] as const) {
      const real = file[name].bind(file) as (...all: never[]) => unknown;
      Object.defineProperty(file, name, { value: replaceable(name, real) });
    }
    const close = file.close.bind(file);
    const closed = async (): Promise<unknown> => {
      await close();
      return madeUp.get('close')?.();
    };
    Object.defineProperty(file, 'close', { value: closed });
    return file;
  };
  const { access, mkdir, rename, stat, realpath, readFile } = actual;
  return {
    ...actual,
    open,
    access: replaceable('access', access),
    mkdir: replaceable('mkdir', mkdir as (path: never) => Promise<unknown>),
    rename: replaceable('rename', rename),
    stat: replaceable('stat', stat),
    realpath: replaceable('realpath', realpath as (path: never) => Promise<string>),
    readFile: replaceable('readFile', readFile as (path: never) => Promise<Buffer>),
  };
});

/** The system's error, as it would name the call and the path. */
function systemError(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: words of the system, ${call} '/folder/.ndl-0123'`), { code });
}

function refuse(call: Call, code: string): void {
  madeUp.set(call, () => Promise.reject(systemError(code, call)));
}

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ndl-files-'));
  path = join(folder, 'run.npz');
  writeFileSync(path, 'old', { mode: 0o640 });
});
afterEach(() => {
  madeUp.clear();
  rmSync(folder, { recursive: true });
});

describe('writing fails, the file is as it was, and no draft is left', () => {
  const cases: readonly [string, Call, string, string | RegExp][] = [
    ['on a full disk', 'writeFile', 'ENOSPC', 'the disk is full'],
    ['on a disk that is full when it is flushed', 'sync', 'ENOSPC', 'the disk is full'],
    ['on a network disk that says so when the file is closed', 'close', 'EDQUOT', 'your share of the disk is used up'],
    [
      'in a folder without rights',
      'open',
      'EACCES',
      'its folder allows no new files, and a draft is written beside it',
    ],
    ['in a folder of the system, as /proc', 'open', 'ENOENT', 'its folder allows no new files'],
    ['on a read-only file system', 'open', 'EROFS', 'a read-only file system'],
    ['over a file without rights', 'access', 'EACCES', 'permission denied'],
    ['where the mode cannot be kept', 'chmod', 'EPERM', 'permission denied'],
    ['over a file that is mounted by itself', 'rename', 'EBUSY', 'it is in use, or mounted by itself'],
    ['behind a folder that may not be looked into', 'realpath', 'EACCES', 'permission denied'],
    ['for a reason without words of ours', 'writeFile', 'EIO', /cannot be written: EIO: words of the system\. Nothing/],
  ];
  it.each(cases)('%s', async (_, call, code, message) => {
    refuse(call, code);
    const error: unknown = await writeWholeFile(path, 'new').catch((caught: unknown) => caught);
    expect(error).toEqual(failing('FILE_NOT_WRITTEN', message));
    expect(error).toEqual(
      failing('FILE_NOT_WRITTEN', new RegExp(`^${path} cannot be written: .*Nothing was changed\\.$`)),
    );
    expect((error as Error).message).not.toContain('.ndl-');
    expect((error as Error).cause).toMatchObject({ code });
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['run.npz'], 'old']);
  });
});

describe('a folder that is missing', () => {
  /** As below /proc: a folder that is there refuses new ones by saying that it is not, and Node's making of all at once never ends. */
  const refuseFolders = (): void => {
    madeUp.set('mkdir', (_, options) =>
      options === undefined ? Promise.reject(systemError('ENOENT', 'mkdir')) : new Promise(() => undefined),
    );
  };
  const rejection = (promise: unknown): Promise<unknown> =>
    (promise as Promise<void>).catch((caught: unknown) => caught);

  it('is made, and those around it', async () => {
    await makeFolder(join(folder, 'a', 'b', 'c'));
    await makeFolder(join(folder, 'a', 'b'));
    expect(statSync(join(folder, 'a', 'b', 'c')).isDirectory()).toBe(true);
  });

  it('is refused where the folder around it takes none', async () => {
    refuseFolders();
    const runs = join(folder, 'runs');
    expect(await rejection(makeFolder(join(runs, 'today')))).toEqual(
      failing('FOLDER_UNWRITABLE', `today cannot be made: ${folder} takes no new folders.`),
    );
    expect(await rejection(csvLog(join(runs, 'log.csv')).onTrainBegin!())).toEqual(
      failing('FILE_NOT_WRITTEN', `log.csv cannot be written: ${folder} takes no new folders. Nothing was changed.`),
    );
  });

  it('is refused where something else stands, or nobody may make one', async () => {
    expect(await rejection(makeFolder(path))).toEqual(failing('FOLDER_UNWRITABLE', `${path} is no folder`));
    expect(await rejection(makeFolder(join(path, 'a')))).toEqual(
      failing('FOLDER_UNWRITABLE', 'what should be a folder'),
    );
    refuse('mkdir', 'EACCES');
    expect(await rejection(makeFolder(join(folder, 'a')))).toEqual(failing('FOLDER_UNWRITABLE', 'permission denied'));
    expect(await rejection(makeFolder(''))).toEqual(failing('INVALID_OPTION', 'must be a text that names a folder'));
  });
});

describe('over a file of somebody else', () => {
  beforeEach(() => {
    const { ...own } = statSync(path);
    const asStats = Object.assign(Object.create(Object.getPrototypeOf(statSync(path)) as object) as object, own);
    madeUp.set('stat', () => Promise.resolve(Object.assign(asStats, { uid: own.uid + 1, gid: own.gid + 2 })));
  });

  it('the owner is kept, before the mode, where that is allowed', async () => {
    const { uid, gid } = statSync(path);
    const calls: unknown[] = [];
    for (const call of ['chown', 'chmod']) {
      madeUp.set(call, (...given) => {
        calls.push([call, ...given]);
        return Promise.resolve();
      });
    }
    await writeWholeFile(path, 'new');
    expect(calls).toEqual([
      ['chown', uid + 1, gid + 2],
      ['chmod', 0o640],
    ]);
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('nothing is written where it is not', async () => {
    const { uid, gid } = statSync(path);
    refuse('chown', 'EPERM');
    const error: unknown = await writeWholeFile(path, 'new').catch((caught: unknown) => caught);
    expect(error).toEqual(
      failing('FILE_NOT_WRITTEN', `it belongs to user ${uid + 1} and group ${gid + 2}, and would change its owner`),
    );
    expect((error as Error).cause).toMatchObject({ code: 'EPERM' });
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['run.npz'], 'old']);
  });
});

it('reading a file without rights to it fails with its name', async () => {
  await using sim = await simulate(new Network({ seed: 0 }));
  refuse('readFile', 'EACCES');
  const error: unknown = await loadParameters(sim, path).catch((caught: unknown) => caught);
  expect(error).toEqual(
    failing('PARAMETERS_UNREADABLE', `${path}: the parameter file cannot be read: permission denied.`),
  );
  expect((error as Error).cause).toMatchObject({ code: 'EACCES' });
});
