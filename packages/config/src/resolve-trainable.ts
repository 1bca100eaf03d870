/**
 * @file Whether training may change a parameter. From the strongest opinion to the weakest: the object's own, that of the
 * nearest enclosing network that has one, the class's, the configured value, the built-in rule: parameters are trained, but for those
 * that a learning rule changes. `null` is no opinion.
 * An opinion is of all parameters, or of some by name; time constants are trained only where they are named.
 * Ensembles without neurons (Direct) have no parameters, whatever anybody's opinion.
 */
import { refuseSurplus } from '@ndl/core';
import type { Settings, TrainableQuestion } from '@ndl/core';
import {
  Connection,
  Ensemble,
  networksAround,
  Neurons,
  rulesOf,
  type ConfigTarget,
  type ModifiedArray,
  type Network,
  type TrainableOpinion,
} from '@ndl/model';
import { unknownParameter } from './errors.ts';

/** What somebody says of one parameter. */
type Opinion = boolean | null | undefined;

type Source = Pick<Settings, 'trainable' | 'inferenceOnly'>;

/** Names that are never slips, whatever objects a network holds. */
const CONNECTION_NAMES: readonly string[] = ['weights'];
const ENSEMBLE_NAMES: readonly string[] = ['encoders', 'bias'];

/**
 * Answers whether a parameter of the network is trainable, as its configuration stands when it is asked; asking changes
 * nothing. Biases and time constants of neurons have two objects and two classes that may speak for them: `ensemble.neurons`
 * before the ensemble, `Neurons` before `Ensemble`. Time constants are trained where an opinion names them, and by no other.
 * @param settings as `resolveSettings` gave them; without, what is configured on the network.
 */
export function resolveTrainable(
  network: Network,
  settings: Source = configured(network),
): (question: TrainableQuestion) => boolean {
  refuseSurplus('resolveTrainable', arguments, 2);
  return new TrainableOpinions(network, settings).isTrainable;
}

/** The opinions of a network on what is to be trained, and what of them was asked for. */
export class TrainableOpinions {
  readonly #network: Network;
  readonly #settings: Source;
  readonly #isLearnt: (question: TrainableQuestion) => boolean;
  readonly #asked = new Map<object, Set<string>>();

  constructor(network: Network, settings: Source) {
    refuseSurplus('new TrainableOpinions', arguments, 2);
    this.#network = network;
    this.#settings = settings;
    this.#isLearnt = isLearntOnline(network);
  }

  readonly isTrainable = (question: TrainableQuestion): boolean => {
    this.#note(question);
    if (this.#settings.inferenceOnly || isOfDirect(question)) return false;
    const { array, isTimeConstant = false } = question;
    const found = this.#speakersFor(question).map((opinion) => sayOf(opinion, array, isTimeConstant));
    return firstOpinion(found) ?? (!isTimeConstant && !this.#isLearnt(question));
  };

  /** Whether anybody names the parameter, `true` or `false`. */
  readonly isNamed = (question: TrainableQuestion): boolean => {
    this.#note(question);
    return (
      !isOfDirect(question) && this.#speakersFor(question).some((opinion) => namesOf(opinion).includes(question.array))
    );
  };

  /**
   * Once the build has asked for all that there is: names that mean nothing are slips.
   * @throws NdlError UNKNOWN_OPTION
   */
  refuseUnknownNames(): void {
    const { config, allEnsembles, allConnections, allNetworks } = this.#network;
    const check = (target: ConfigTarget, known: ReadonlySet<string>): void => {
      const opinion = config.attribute(target, 'trainable');
      const unknown = namesOf(opinion?.value).find((name) => !known.has(name));
      if (unknown !== undefined) throw unknownParameter(unknown, opinion!.site, [...known]);
    };
    const ofEnsembles = allEnsembles.map((ensemble) => this.#namesOf(ensemble, ENSEMBLE_NAMES));
    for (const [index, ensemble] of allEnsembles.entries()) {
      check(ensemble, ofEnsembles[index]!);
      check(ensemble.neurons, ofNeurons(ofEnsembles[index]!));
    }
    const ofConnections = allConnections.map((connection) => this.#namesOf(connection, CONNECTION_NAMES));
    for (const [index, connection] of allConnections.entries()) check(connection, ofConnections[index]!);
    const [anyEnsemble, anyConnection] = [union(ENSEMBLE_NAMES, ofEnsembles), union(CONNECTION_NAMES, ofConnections)];
    check(Ensemble, anyEnsemble);
    check(Neurons, ofNeurons(anyEnsemble));
    check(Connection, anyConnection);
    const everywhere = union([...anyConnection], [anyEnsemble]);
    for (const target of [...allNetworks, this.#network]) check(target, everywhere);
    const unknown = namesOf(this.#settings.trainable).find((name) => !everywhere.has(name));
    if (unknown !== undefined) throw unknownParameter(unknown, 'the setting trainable', [...everywhere]);
  }

  /** Of all parameters that an object has: those that the build asked for, and those that are never slips. */
  #namesOf(object: object, always: readonly string[]): ReadonlySet<string> {
    return new Set([...(this.#asked.get(object) ?? []), ...always]);
  }

  #note(question: TrainableQuestion): void {
    const object = 'ensemble' in question ? question.ensemble : question.connection;
    const names = this.#asked.get(object) ?? new Set<string>();
    this.#asked.set(object, names.add(question.array));
  }

  /** What those say who may have an opinion, the strongest first; networks stand between the objects and the classes. */
  #speakersFor(question: TrainableQuestion): readonly unknown[] {
    const { objects, home, classes } = speakersFor(question);
    const { config } = this.#network;
    const said = [...objects, ...networksAround(home), ...classes].map(
      (target) => config.attribute(target, 'trainable')?.value,
    );
    return [...said, this.#settings.trainable];
  }
}

/** What an opinion is of one parameter: `true` for all is not meant for time constants. */
function sayOf(opinion: unknown, name: string, isTimeConstant: boolean): Opinion {
  if (typeof opinion === 'boolean') return isTimeConstant && opinion ? undefined : opinion;
  return namesOf(opinion).includes(name) ? (opinion as Readonly<Record<string, boolean>>)[name] : undefined;
}

function namesOf(opinion: unknown): readonly string[] {
  return typeof opinion === 'object' && opinion !== null ? Object.keys(opinion) : [];
}

/** Whether the question is about an ensemble that passes its value on exactly. */
function isOfDirect(question: TrainableQuestion): boolean {
  return 'ensemble' in question && question.ensemble.neuronType.kind === 'direct';
}

/** Who may have an opinion, the strongest first; networks stand between the objects and the classes. */
function speakersFor(question: TrainableQuestion): {
  readonly objects: readonly ConfigTarget[];
  readonly home: Network;
  readonly classes: readonly ConfigTarget[];
} {
  if ('connection' in question) {
    const { connection } = question;
    return { objects: [connection], home: connection.network, classes: [Connection] };
  }
  const { ensemble } = question;
  return isOfNeurons(question.array)
    ? { objects: [ensemble.neurons, ensemble], home: ensemble.network, classes: [Neurons, Ensemble] }
    : { objects: [ensemble], home: ensemble.network, classes: [Ensemble] };
}

/** Whether neurons may speak for a parameter of their ensemble: for all but encoders, which say what the ensemble represents. */
function isOfNeurons(array: string): boolean {
  return array !== 'encoders';
}

function ofNeurons(names: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...names].filter(isOfNeurons));
}

function union(always: readonly string[], sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set([...always, ...sets.flatMap((names) => [...names])]);
}

function firstOpinion(opinions: readonly Opinion[]): boolean | undefined {
  return opinions.find((opinion) => typeof opinion === 'boolean') ?? undefined;
}

/** Whether a learning rule changes what is asked about: training leaves that alone, unless somebody is of another opinion. */
function isLearntOnline(network: Network): (question: TrainableQuestion) => boolean {
  let encoders: Set<object> | undefined;
  return (question) => {
    if ('connection' in question)
      return question.array === 'weights' && modifiedBy(question.connection).some((array) => array !== 'encoders');
    if (question.array !== 'encoders') return false;
    encoders ??= new Set(
      network.allConnections.flatMap((connection) =>
        modifiedBy(connection).includes('encoders') ? [connection.postObject] : [],
      ),
    );
    return encoders.has(question.ensemble);
  };
}

function modifiedBy(connection: Connection): readonly ModifiedArray[] {
  return rulesOf(connection).flatMap(({ type }) => type?.modifies ?? []);
}

function configured(network: Network): Source {
  return {
    trainable: network.config.attributes().get('trainable')?.value as TrainableOpinion | undefined,
    inferenceOnly: network.config.settings().get('inferenceOnly')?.value === true,
  };
}
