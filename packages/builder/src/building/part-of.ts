/** @file Lets errors say what they are about: definitions know kinds, not objects. */
import { isNdlError } from '@ndl/core';
import { describeObject, type NetworkObject } from '@ndl/model';
import { forPart } from './build-errors.ts';

/** Computes a part of an object (`gain`, `decoders` …); NdlErrors on the way name both. */
export async function partOf<Part>(
  object: NetworkObject,
  part: string,
  compute: () => Part | Promise<Part>,
): Promise<Part> {
  try {
    return await compute();
  } catch (error) {
    throw isNdlError(error) ? forPart(describeObject(object), part, error) : error;
  }
}
