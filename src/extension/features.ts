import type { Feature } from './services.ts';

/** Every part of the extension. Adding one is a file and a line here. */
export const features: readonly Feature[] = [];
