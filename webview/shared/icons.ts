const namespace = 'http://www.w3.org/2000/svg';

/** Strokes on a grid of 16; no fill, so that they stay legible in every theme. */
const paths = {
  queued: 'M8 3a5 5 0 1 0 0 10a5 5 0 0 0 0-10',
  running: 'M13 8a5 5 0 1 1-5-5',
  stopping: 'M13 8a5 5 0 1 1-5-5M6.5 6.5h3v3h-3z',
  stopped: 'M4.5 4.5h7v7h-7z',
  finished: 'M3 8.5l3.5 3.5L13 4.5',
  failed: 'M4 4l8 8M12 4l-8 8',
  lost: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.6M8 12v.6',
  unreadable: 'M8 2.5l6 11H2zM8 6.5v3.5M8 11.4v.6',
  stop: 'M4.5 4.5h7v7h-7z',
  resume: 'M5 3.5l7.5 4.5L5 12.5z',
  openRecipe: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  showLog: 'M3 4h10M3 7h7M3 10h10M3 13h5',
  predict: 'M3 4.5l1.2 1.2L6.5 3.5M8.5 4.5H13M3 9l1.2 1.2L6.5 8M8.5 9H13M8.5 12.5H13',
  exportAdapter: 'M8 2.5v7M5 6.5l3 3l3-3M3 11v2.5h10V11',
} as const;

export type Icon = keyof typeof paths;

/** A picture beside a text that says the same, so it is hidden from screen readers. */
export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
