/** @file For tests of connections: a network with one object of each sort, and connections between them. */
import { expect } from 'vitest';
import {
  Connection,
  direct,
  Ensemble,
  Network,
  Node,
  Probe,
  type ConnectionEnd,
  type ConnectionOptions,
} from '../index.ts';

/** An error of this code, whose message has this text. */
export const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

/** One object of each sort, in one network. */
export function objects() {
  const net = new Network();
  const a = net.within(() => new Ensemble({ nNeurons: 4, dimensions: 2, label: 'a' }));
  return net.within(() => ({
    net,
    a,
    recording: new Probe(a),
    loop: new Connection(a, a, { label: 'loop' }),
    b: new Ensemble({ nNeurons: 3, dimensions: 2, label: 'b' }),
    exact: new Ensemble({ nNeurons: 1, dimensions: 2, neuronType: direct(), label: 'exact' }),
    one: new Node({ sizeIn: 1, label: 'one' }),
    two: new Node({ sizeIn: 2, label: 'two' }),
    three: new Node({ sizeIn: 3, label: 'three' }),
    source: new Node([1, 2], { label: 'source' }),
    doubling: new Node((_, x) => x.map((value) => 2 * value), { sizeIn: 2, label: 'doubling' }),
    sink: new Node((_, x) => void x.length, { sizeIn: 1, label: 'sink' }),
  }));
}
/** What `objects` gives. */
export type Objects = ReturnType<typeof objects>;

/** A connection made in their network. */
export const connect = (
  all: Objects,
  pre: ConnectionEnd,
  post: ConnectionEnd,
  options?: ConnectionOptions,
): Connection => all.net.within(() => new Connection(pre, post, options));
