/** @file The report: one self-contained HTML page. */
import type { ExperimentResult } from '../experiment.ts';
import { summaryRows } from '../summary.ts';
import { digitImage, lossCurve, outputTraces, spikeRaster } from './plots.ts';

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
  h1, h2 { line-height: 1.2; }
  table { border-collapse: collapse; }
  td, th { padding: 0.2rem 1rem 0.2rem 0; text-align: left; vertical-align: top; }
  td.number { text-align: right; font-variant-numeric: tabular-nums; }
  .sample { display: flex; align-items: center; gap: 1rem; border-top: 1px solid #ddd; padding: 0.5rem 0; }
  .wrong { color: #b00020; }
  ol { columns: 2; font-family: ui-monospace, monospace; font-size: 13px; }
  svg { overflow: visible; max-width: 100%; }`;

/** Renders the page. */
export function reportPage(result: ExperimentResult): string {
  const { history, samples, plan } = result;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Spiking MNIST</title><style>${STYLE}</style></head>
<body>
<h1>Spiking MNIST</h1>
<p>A network of one hidden population of spiking neurons, trained in rates by gradient descent, tested in spikes: each image is
shown for 30 ms, and the largest filtered output at the last step is the answer.</p>
${table(summaryRows(result).map(([name, value]) => [escapeHtml(name), escapeHtml(value)]))}
<h2>Training</h2>
${lossCurve(history)}
<p>The parameters of epoch ${result.bestEpoch} are used: the best on the images set aside for validation.</p>
<h2>Digits, and what the network said over time</h2>
${sampleRows(result)}
<h2>Spikes of the hidden neurons while the first digit was shown</h2>
${spikeRaster(samples)}
<h2>How the network was compiled</h2>
<table><tr><th>Simplification</th><th>Operators before</th><th>after</th></tr>
${plan.simplifications.map(({ name, operatorsBefore, operatorsAfter }) => `<tr><td>${escapeHtml(name)}</td><td class="number">${operatorsBefore}</td><td class="number">${operatorsAfter}</td></tr>`).join('\n')}
</table>
<p>Groups in execution order, after planning:</p>
<ol>${plan.groups.map((group) => `<li>${escapeHtml(group)}</li>`).join('')}</ol>
</body>
</html>
`;
}

function sampleRows({ samples }: ExperimentResult): string {
  return Array.from(samples.digits.labels, (label, item) => {
    const choice = samples.choices[item]!;
    const verdict =
      choice === label ? `read as ${choice}` : `<span class="wrong">read as ${choice}, is ${label}</span>`;
    return `<div class="sample">${digitImage(samples, item)}${outputTraces(samples, item)}<div>${verdict}</div></div>`;
  }).join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string {
  return `<table>${rows.map(([name, value]) => `<tr><td>${name}</td><td>${value}</td></tr>`).join('')}</table>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
