/** @file What must hold between a connection and the rules that it learns by. */
import { cannotLearn } from './object-errors.ts';
import { ruleInputSize } from './learning-rule.ts';
import { rulesByKey, type LearningRuleType, type LearningRuleTypes } from '../learning-rules/learning-rules.ts';
import { describeObject } from '../networks/naming.ts';
import { objectOf, type ConnectionEnd } from './objects.ts';
import type { Solver } from '../solvers/solvers.ts';
import { isMatrix, type Transform } from '../transforms/transforms.ts';

/** A connection that is to learn. */
interface LearningConnection {
  readonly pre: ConnectionEnd;
  readonly post: ConnectionEnd;
  readonly sizeMid: number;
  readonly transform: Transform;
  readonly solver: Solver;
  readonly types: LearningRuleTypes | null;
  readonly subject: string;
}

/** Refuses rules of a connection that has nothing that they could change. @throws NdlError CANNOT_LEARN */
export function checkRules(connection: LearningConnection): void {
  for (const [key, type] of rulesByKey(connection.types)) {
    const problem = problemOfRule(type, connection);
    const place = key === null ? '' : typeof key === 'number' ? `[${key}]` : `.${key}`;
    if (problem !== undefined)
      throw cannotLearn(`${connection.subject}: learningRuleType${place} (${type.kind})`, problem);
  }
}

function problemOfRule(type: LearningRuleType, connection: LearningConnection): string | undefined {
  const { pre, post, solver } = connection;
  const [source, target] = [objectOf(pre), objectOf(post)];
  if (type.modifies === 'encoders') return problemOfEncoders(connection);
  if (connection.transform.kind !== 'dense' && connection.transform.kind !== 'none')
    return `changes a full matrix, and a transform of kind ${connection.transform.kind} is none; use dense(…).`;
  const isDirect = source.kind === 'ensemble' && source.neuronType.kind === 'direct';
  if ((source.kind !== 'ensemble' && source.kind !== 'neurons') || isDirect) {
    const why = isDirect ? ', which has no neurons (direct)' : '';
    return `changes the weights of neurons, so a connection from an ensemble or from neurons is wanted, not from ${describeObject(source)}${why}.`;
  }
  if (source.kind === 'neurons') {
    const problem = problemOfMatrix(connection);
    if (problem !== undefined) return problem;
  }
  if (type.modifies === 'weights') {
    const isToNeurons = target.kind === 'neurons' || (solver.weights && isWithCurrents(target));
    if (!isToNeurons) {
      return (
        'changes weights between neurons, so the connection must end at neurons, or be made by a solver with weights: true ' +
        `from an ensemble to an ensemble; it ends at ${describeObject(target)}.`
      );
    }
  }
  return ruleInputSize(type, connection) >= 0 ? undefined : 'has an input of no size.';
}

function isWithCurrents(target: ReturnType<typeof objectOf>): boolean {
  return target.kind === 'ensemble' && target.neuronType.kind !== 'direct';
}

function problemOfMatrix({ transform }: LearningConnection): string | undefined {
  if (transform.kind === 'none')
    return 'changes weights, and the connection has none; give it a transform that is a full matrix.';
  if (isMatrix(transform)) return undefined;
  return "changes a full matrix, and the connection's transform is a number or a diagonal; give it a matrix.";
}

function problemOfEncoders({ post, pre, solver }: LearningConnection): string | undefined {
  const target = objectOf(post);
  if (!isWithCurrents(target))
    return `changes encoders, so the connection must end at an ensemble with neurons; it ends at ${describeObject(target)}.`;
  if (solver.weights && objectOf(pre).kind === 'ensemble')
    return 'changes encoders, and a solver with weights: true goes past them, to the currents; use one without.';
  return undefined;
}
