/**
 * @file Whether training may change a parameter. From the strongest opinion to the weakest: the object's own, that of the
 * nearest enclosing network that has one, the class's, the configured value, the built-in rule. `null` is no opinion.
 * Ensembles without neurons (Direct) have no parameters, whatever anybody's opinion.
 */
import { refuseSurplus } from '@ndl/core';
import type { Settings, TrainableQuestion } from '@ndl/core';
import { Connection, Ensemble, networksAround, Neurons, type ConfigTarget, type Network } from '@ndl/model';

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
  return (question) => {
    if (settings.inferenceOnly || isOfDirect(question)) return false;
    const { objects, home, classes } = speakersFor(question);
    const speakers = [...objects, ...networksAround(home), ...classes];
    return firstOpinion([...speakers.map(ownOpinion), settings.trainable]) ?? builtInRule();
  };
}

/** Whether the question is about an ensemble that passes its value on exactly. */
function isOfDirect(question: TrainableQuestion): boolean {
  return question.array !== 'weights' && question.ensemble.neuronType.kind === 'direct';
}

/** Who may have an opinion, the strongest first; networks stand between the objects and the classes. */
function speakersFor(question: TrainableQuestion): {
  readonly objects: readonly ConfigTarget[];
  readonly home: Network;
  readonly classes: readonly ConfigTarget[];
} {
  if (question.array === 'weights') {
    const { connection } = question;
    return { objects: [connection], home: connection.network, classes: [Connection] };
  }
  const { ensemble } = question;
  return question.array === 'encoders'
    ? { objects: [ensemble], home: ensemble.network, classes: [Ensemble] }
    : { objects: [ensemble.neurons, ensemble], home: ensemble.network, classes: [Neurons, Ensemble] };
}

function firstOpinion(opinions: readonly Opinion[]): boolean | undefined {
  return opinions.find((opinion) => typeof opinion === 'boolean') ?? undefined;
}

/** What holds where nobody has an opinion: parameters are trained. */
function builtInRule(): boolean {
  return true;
}

function configured(network: Network): Pick<Settings, 'trainable' | 'inferenceOnly'> {
  return {
    trainable: network.config.attributes().get('trainable')?.value as Opinion,
    inferenceOnly: network.config.settings().get('inferenceOnly')?.value === true,
  };
}
