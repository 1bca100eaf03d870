/** @file `LearningRule`: a rule by which a connection learns, as a target of connections and probes. */
import { refuseSurplus } from '@ndl/numerics';
import { guardAssignments } from './assignment-guard.ts';
import type { Connection } from './connection.ts';
import {
  rulesByKey,
  type LearningRuleType,
  type LearningRuleTypes,
  type RuleKey,
} from '../learning-rules/learning-rules.ts';
import { describeObject } from '../networks/naming.ts';
import type { Network } from '../networks/network.ts';
import { viewAt, viewOfSlice, type ObjectView } from './object-view.ts';
import { objectOf, type ConnectionEnd } from './objects.ts';
import { Recorded, recordOf } from './recorded.ts';
import type { IndexInput } from './selection.ts';

interface LearningRuleRecord {
  readonly connection: Connection;
  readonly key: RuleKey;
}

/** A rule of a connection. Connections into it bring what it learns from; probes of it record what it computes. */
export class LearningRule extends Recorded<LearningRuleRecord> {
  static {
    guardAssignments(LearningRule, {
      describe: (object) => describeObject(object as LearningRule),
      otherwise: 'a rule is that of its connection; assign to connection.learningRuleType',
    });
  }

  constructor(connection: Connection, key: RuleKey) {
    super({ connection, key });
  }

  get kind(): 'learningRule' {
    return 'learningRule';
  }

  /** Whose rule it is. */
  get connection(): Connection {
    return recordOf<LearningRuleRecord>(this).connection;
  }

  /** Where it stands among the rules of its connection: an index, a name, or null where there is but one. */
  get key(): RuleKey {
    return recordOf<LearningRuleRecord>(this).key;
  }

  /** Its kind and parameters; undefined once its connection has no such rule any more. */
  get type(): LearningRuleType | undefined {
    const { connection, key } = this;
    return rulesByKey(connection.learningRuleType).find(([own]) => own === key)?.[1];
  }

  get network(): Network {
    return this.connection.network;
  }

  /** Size of what connections into it bring; 0 where it takes no input. */
  get sizeIn(): number {
    const { connection, type } = this;
    return type === undefined ? 0 : ruleInputSize(type, connection);
  }

  get sizeOut(): number {
    return 0;
  }

  /** Attributes that probes may name. */
  get probeable(): readonly string[] {
    return this.type?.probeable ?? [];
  }

  /** Some of its inputs: at an index, at a list of indices, or where a list of flags is true. @throws NdlError INVALID_SELECTION */
  at(index: IndexInput): ObjectView<LearningRule> {
    refuseSurplus('at', arguments, 1);
    return viewAt<LearningRule>(this, index);
  }

  /** Inputs from `start` up to but excluding `end`, every `step`-th. @throws NdlError INVALID_SELECTION */
  slice(start?: number | null, end?: number | null, step?: number | null): ObjectView<LearningRule> {
    refuseSurplus('slice', arguments, 3);
    return viewOfSlice<LearningRule>(this, start, end, step);
  }
}

/** What is read as `connection.learningRule`: rules as they were given, one, in a list or by name. */
export type LearningRulesOf<Types> = Types extends null
  ? null
  : Types extends LearningRuleType
    ? LearningRule
    : { readonly [Key in keyof Types]: LearningRule };

const known = new WeakMap<Connection, Map<RuleKey, LearningRule>>();

/** The rule of a connection under a key: always the same object. */
export function ruleOf(connection: Connection, key: RuleKey): LearningRule {
  const rules = known.get(connection) ?? new Map<RuleKey, LearningRule>();
  known.set(connection, rules);
  const rule = rules.get(key) ?? new LearningRule(connection, key);
  rules.set(key, rule);
  return rule;
}

/** All rules of a connection. */
export function rulesOf(connection: Connection): readonly LearningRule[] {
  refuseSurplus('rulesOf', arguments, 1);
  return rulesByKey(connection.learningRuleType).map(([key]) => ruleOf(connection, key));
}

/** The rules of a connection in the form in which their types were given. */
export function rulesAsGiven(
  connection: Connection,
  types: LearningRuleTypes | null,
): LearningRulesOf<LearningRuleTypes | null> {
  if (types === null) return null;
  const rules = rulesByKey(types).map(([key]) => [key, ruleOf(connection, key)] as const);
  if (rules.length === 1 && rules[0]![0] === null) return rules[0]![1];
  return Array.isArray(types)
    ? Object.freeze(rules.map(([, rule]) => rule))
    : (Object.freeze(Object.fromEntries(rules)) as Readonly<Record<string, LearningRule>>);
}

/** Size of the input of a rule of a connection between these ends. */
export function ruleInputSize(
  { sizeIn }: LearningRuleType,
  { pre, post, sizeMid }: { readonly pre: ConnectionEnd; readonly post: ConnectionEnd; readonly sizeMid: number },
): number {
  if (typeof sizeIn === 'number') return sizeIn;
  if (sizeIn === 'mid') return sizeMid;
  const [end, size] = sizeIn.startsWith('pre') ? [pre, pre.sizeOut] : [post, post.sizeIn];
  const whole = objectOf(end);
  return sizeIn.endsWith('State') && whole.kind === 'neurons' ? whole.ensemble.dimensions : size;
}
