/**
 * @file Whether training may change a parameter. From the strongest opinion to the weakest: the object's own, that of the
 * nearest enclosing network that has one, the class's, the configured value, the built-in rule: parameters are trained, but for those
 * that a learning rule changes. `null` is no opinion.
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
} from '@ndl/model';

type Opinion = boolean | null | undefined;

/**
 * Answers whether a parameter of the network is trainable, as its configuration stands when it is asked; asking changes
 * nothing. Biases have two objects and two classes that may speak for them: `ensemble.neurons` before the ensemble,
 * `Neurons` before `Ensemble`.
 * @param settings as `resolveSettings` gave them; without, what is configured on the network.
 */
export function resolveTrainable(
  network: Network,
  settings: Pick<Settings, 'trainable' | 'inferenceOnly'> = configured(network),
): (question: TrainableQuestion) => boolean {
  refuseSurplus('resolveTrainable', arguments, 2);
  const ownOpinion = (target: ConfigTarget): Opinion => network.config.attribute(target, 'trainable')?.value as Opinion;
  const isLearnt = isLearntOnline(network);
  return (question) => {
    if (settings.inferenceOnly || isOfDirect(question)) return false;
    const { objects, home, classes } = speakersFor(question);
    const speakers = [...objects, ...networksAround(home), ...classes];
    return firstOpinion([...speakers.map(ownOpinion), settings.trainable]) ?? !isLearnt(question);
  };
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
  return question.array === 'bias'
    ? { objects: [ensemble.neurons, ensemble], home: ensemble.network, classes: [Neurons, Ensemble] }
    : { objects: [ensemble], home: ensemble.network, classes: [Ensemble] };
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

function configured(network: Network): Pick<Settings, 'trainable' | 'inferenceOnly'> {
  return {
    trainable: network.config.attributes().get('trainable')?.value as Opinion,
    inferenceOnly: network.config.settings().get('inferenceOnly')?.value === true,
  };
}
