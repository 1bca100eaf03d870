/** @file The report: one self-contained HTML page. */
import { confusion, lossCurve, planDiagram, raster, traces } from '@ndl/plots';
import type { ExperimentResult, Samples } from '../experiment.ts';
import { summaryRows } from '../summary.ts';
import { digitImage } from './digit-image.ts';
import { forAnyWidth, table } from './html.ts';
import { STYLE } from './style.ts';

type Domain = readonly [number, number];

/** Renders the page. */
export function reportPage(result: ExperimentResult): string {
  const { history, bestEpoch, samples, mistakes, reading, spikes, plan } = result;
  const wrong = reading.labels.filter((label, item) => label !== reading.choices[item]).length;
  const domain = domainOf([samples, mistakes]);
  const images = reading.labels.length.toLocaleString('en');
  const steps = spikes.shape[0]!;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Spiking MNIST</title><style>${STYLE}</style></head>
<body><main>
<h1>Spiking MNIST</h1>
<p class="lede">One hidden population of spiking neurons, trained in rates by gradient descent, tested in spikes: each image is shown
for ${steps} ms, and the largest filtered output at the last step is the answer.</p>
${figures(result, wrong)}
<section><h2>Digits, and what the network said over time</h2>
<p class="note">The strong line is the digit that it read. All charts have one scale.</p>
<div class="cards">${cards(samples, domain)}</div></section>
<section><h2>Mistakes</h2>
<p class="note">${wrong} of ${images} images were read as another digit${wrong > mistakes.choices.length ? '; the first of them' : ''}.</p>
<div class="cards">${cards(mistakes, domain)}</div></section>
<section><h2>Learning, and what was taken for what</h2>
<p class="note">The parameters of epoch ${bestEpoch} are used: the best on the images set aside for validation.</p>
<div class="pair">
<div class="card">${forAnyWidth((width) => lossCurve(history, { title: 'Loss after each epoch', label: 'cross-entropy', width }), 520)}</div>
<div class="card">${forAnyWidth((width) => confusion([...reading.labels], [...reading.choices], { title: `True and read digits of ${images} test images`, width }), 500)}</div>
</div></section>
<section><h2>Spikes of the hidden neurons while the first digit was shown</h2>
<div class="card">${forAnyWidth((width) => raster(milliseconds(steps), spikes, { title: 'Spikes', timeLabel: 'ms', showTitle: false, width, height: 420 }), 1040)}</div></section>
<section><h2>Details</h2>
<details class="card"><summary>Times and backend</summary>${table(summaryRows(result))}</details>
<details class="card"><summary>How the network was compiled</summary>
${table(plan.simplifications.map(({ name, operatorsBefore, operatorsAfter }) => [name, `${operatorsBefore} operators before, ${operatorsAfter} after`]))}
${forAnyWidth((width) => planDiagram(plan.sorted, { title: 'Groups in execution order', width }))}</details></section>
</main></body>
</html>
`;
}

function figures({ spikingAccuracy, rateAccuracy, meanFiringRate, seconds }: ExperimentResult, wrong: number): string {
  const rows: readonly (readonly [string, string, string?])[] = [
    ['Accuracy in spikes', `${(100 * spikingAccuracy).toFixed(2)} %`, 'first'],
    ['Accuracy in rates', `${(100 * rateAccuracy).toFixed(2)} %`],
    ['Mistakes in spikes', String(wrong)],
    ['Mean firing rate', `${meanFiringRate.toFixed(1)} Hz`],
    ['Time in all', `${seconds.total.toFixed(1)} s`],
  ];
  const written = rows.map(
    ([name, value, kind = '']) => `<div class="${kind}"><dt>${name}</dt><dd>${value}</dd></div>`,
  );
  return `<dl class="figures">${written.join('')}</dl>`;
}

/** An image, the digits that it is and was read as, and the outputs over time. */
function cards({ digits, choices, outputs }: Samples, domain: Domain): string {
  return Array.from(digits.labels, (label, item) => {
    const choice = choices[item]!;
    const named = Array.from({ length: 10 }, (_, digit) => (digit === choice || digit === label ? String(digit) : ''));
    const lines = traces(milliseconds(outputs.shape[1]!), outputs.row(item), {
      title: `Outputs over time for a ${label}, read as ${choice}`,
      showTitle: false,
      names: named,
      emphasis: choice,
      domain,
      label: 'output',
      timeLabel: 'ms',
      width: 330,
      height: 190,
    });
    const verdict = `<div>true<b>${label}</b></div><div class="${choice === label ? 'right' : 'wrong'}">read<b>${choice}</b></div>`;
    return `<article class="card sample"><header>${digitImage(digits.images.row(item), label)}<div class="verdict">${verdict}</div></header>${lines}</article>`;
  }).join('\n');
}

/** One scale for all outputs. */
function domainOf(all: readonly Samples[]): Domain {
  const values = all.flatMap(({ outputs }) => [...outputs.data]);
  const [least, most] = [Math.floor(Math.min(0, ...values)), Math.ceil(Math.max(1, ...values))];
  return [least, most];
}

function milliseconds(steps: number): readonly number[] {
  return Array.from({ length: steps }, (_, step) => step + 1);
}
