import { describePlanner } from '@ndl/testing';
import { greedyPlanner, noopPlanner, transitivePlanner, treePlanner } from './index.ts';

describePlanner('noop', noopPlanner);
describePlanner('greedy', greedyPlanner);
describePlanner('tree', () => treePlanner(), { merges: 'fewest' });
describePlanner('transitive', transitivePlanner);
