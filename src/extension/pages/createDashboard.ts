import type { Services } from '../services.ts';
import type { Dashboard } from './dashboard.ts';

export function createDashboard(_services: Pick<Services, 'context' | 'log' | 'runs' | 'language'>): Dashboard {
  throw new Error('not written yet');
}
