/** @file The menu of what is saved beside the model. */
import type { Order } from '../runner/messages.ts';
import { byId } from './element.ts';
import { plotsAsPng, samplesAsCsv, samplesAsNpz, save, standaloneSvg } from './exports.ts';
import { attempt } from './notice.ts';
import type { Picture } from './picture.ts';
import type { PlotList } from './plot-list.ts';

export interface Exported {
  readonly picture: Picture;
  readonly plotList: PlotList;
  tell(order: Order): void;
}

export function listenToExports({ picture, plotList, tell }: Exported): void {
  const menu = byId<HTMLDetailsElement>('export');
  const on = (id: string, work: () => Promise<void> | void): void => {
    byId(id).onclick = () => {
      menu.open = false;
      void attempt(work);
    };
  };
  on('export-svg', () => save('network.svg', standaloneSvg(drawn(picture.svg)), 'image/svg+xml'));
  on('export-png', async () => save('plots.png', await plotsAsPng(plotList.plots), 'image/png'));
  on('export-csv', () => save('samples.csv', samplesAsCsv(plotList.plots), 'text/csv'));
  on('export-npz', async () => save('samples.npz', await samplesAsNpz(plotList.plots), 'application/zip'));
  on('export-parameters', () => tell({ order: 'parameters' }));
  addEventListener('pointerdown', ({ target }) => {
    if (!menu.contains(target as globalThis.Node)) menu.open = false;
  });
  menu.onkeydown = ({ key }) => {
    if (key !== 'Escape') return;
    menu.open = false;
    menu.querySelector('summary')!.focus();
  };
}

function drawn(svg: SVGSVGElement | undefined): SVGSVGElement {
  if (svg === undefined) throw new Error('There is no network yet.');
  return svg;
}
