/** @file Backends of plugins, taken at nobody's word: what they answer is checked where it comes in. */
import {
  backendFailed,
  type Backend,
  type BackendEntry,
  type Estimate,
  type Executable,
  type Support,
} from '@ndl/core';
import { isNdlError, showValue } from '@ndl/numerics';
import { backendInvalid } from './backend-errors.ts';
import { ExecutableResults } from './executable-results.ts';
import { promised, returned, type Telling } from './told-calls.ts';

/**
 * The same backend, which throws NdlError BACKEND_INVALID for answers that are none, BACKEND_FAILED for what it throws that is no
 * NdlError, both by its name.
 */
export function checkedBackend(entry: BackendEntry): BackendEntry {
  const { name, priority, dtypes, sessionConfig, keepsTape = false } = entry;
  return {
    name,
    priority,
    dtypes,
    sessionConfig,
    keepsTape,
    supports(...job) {
      const support = returned(() => entry.supports(...job), failureOf(name, 'supports()'));
      if (isSupport(support)) return support;
      throw backendInvalid(
        name,
        'supports()',
        '{ supported: true } or { supported: false, reason }',
        showValue(support),
      );
    },
    ...(entry.estimate !== undefined && {
      estimate(...job): Estimate {
        const estimate = returned(() => entry.estimate!(...job), failureOf(name, 'estimate()'));
        if (isEstimate(estimate)) return estimate;
        const wanted = '{ supported: true, seconds }, a number from 0 on, or { supported: false, reason }';
        throw backendInvalid(name, 'estimate()', wanted, showValue(estimate));
      },
    }),
    async load(...options) {
      const backend = await promised(() => entry.load(...options), failureOf(name, 'load()'));
      if (has(backend, ['create', 'dispose'])) return withCheckedExecutables(name, backend);
      throw backendInvalid(name, 'load()', 'a backend { name, description, create, dispose }', showValue(backend));
    },
  };
}

/** The loaded backend; its methods stay those of the object that it is. */
function withCheckedExecutables(entryName: string, backend: Backend): Backend {
  return {
    name: backend.name,
    get description() {
      return backend.description;
    },
    async create(options): Promise<Executable> {
      const executable = await promised(() => backend.create(options), failureOf(entryName, 'create()'));
      if (has(executable, ['add', 'run', 'dispose'])) return executable;
      throw backendInvalid(entryName, 'create()', 'an executable', showValue(executable));
    },
    dispose: () =>
      new ExecutableResults(entryName).nothing(
        'dispose',
        returned(() => backend.dispose(), failureOf(entryName, 'dispose()')),
      ),
  };
}

function isSupport(value: unknown): value is Support {
  const { supported, reason } = (value ?? {}) as { readonly supported?: unknown; readonly reason?: unknown };
  return supported === true || (supported === false && typeof reason === 'string');
}

function isEstimate(value: unknown): value is Estimate {
  if (!isSupport(value)) return false;
  const { supported, seconds } = value as { readonly supported: boolean; readonly seconds?: unknown };
  return !supported || (typeof seconds === 'number' && seconds >= 0);
}

function has(value: unknown, methods: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return methods.every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function');
}

function failureOf(name: string, what: string): Telling {
  return (error) => (isNdlError(error) ? error : backendFailed(name, what, error));
}
