/** @file What is said of definitions of plugins: what they lack, return, throw and write. */
import { NdlError, showThrown } from '@ndl/core';

/** What a plugin's definition returned that cannot be used. `name` as from `definitionName`. */
export function resultInvalid(name: string, returned: string, wanted: string): NdlError {
  return new NdlError(
    'DEFINITION_RESULT',
    `${name} returned ${returned}; ${wanted}. This is to be mended where it is defined.`,
  );
}

/** What a process saves that no text of JSON can hold. `problem` follows what it saved: `has a Map at .history`. */
export function stateNotPlain(name: string, problem: string): NdlError {
  return new NdlError(
    'STATE_NOT_PLAIN',
    `${name}: what its save returned ${problem}; it must return plain data: finite numbers, texts, booleans, null, and lists and ` +
      'records of them. This is to be mended where it is defined.',
  );
}

/** A definition that lacks a part, or has it wrong. `name` as from `definitionName`. */
export function definitionIncomplete(name: string, part: string, given: string, wanted: string): NdlError {
  return new NdlError(
    'DEFINITION_INVALID',
    `${name} has ${part} given as ${given}; ${wanted}. This is to be mended where it is defined.`,
  );
}

/** What a plugin's definition threw that is no error of ndl. */
export function definitionFailed(name: string, cause: unknown): NdlError {
  const message = showThrown(cause);
  return new NdlError('DEFINITION_FAILED', `${name} threw "${message}".`, { cause });
}

/** A build function that writes into the graph what makes none. `name` as from `definitionName`; `problem` follows it. */
export function buildInvalid(label: string, name: string, problem: string): NdlError {
  return new NdlError('BUILD_INVALID', `${label}: ${name} ${problem}. This is to be mended where it is defined.`);
}

/** A build function that keeps its context. */
export function buildOver(label: string, name: string): NdlError {
  return new NdlError(
    'BUILD_OVER',
    `${label}: ${name} wrote into the graph after build() had ended. Await everything within build().`,
  );
}
