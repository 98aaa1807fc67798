import type { Marker } from './palette.ts';

const namespace = 'http://www.w3.org/2000/svg';

/** Outlines of Chart.js' point shapes around (16, 6). */
const shapes: Readonly<Record<Marker, string>> = {
  circle: 'M12.5 6a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0',
  triangle: 'M16 2l3.6 6.4h-7.2z',
  rect: 'M13 3h6v6h-6z',
  rectRot: 'M16 1.5L20.5 6L16 10.5L11.5 6z',
  star: 'M16 2v8M12 6h8M13.2 3.2l5.6 5.6M18.8 3.2l-5.6 5.6',
  cross: 'M16 2v8M12 6h8',
  crossRot: 'M13 3l6 6M19 3l-6 6',
};

/** A piece of line as charts draw it, or of a line that is only its marks. */
export function swatch(color: string, line: 'solid' | 'dashed' | 'none', shape?: Marker): SVGSVGElement {
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 32 12');
  svg.setAttribute('class', 'swatch');
  svg.setAttribute('aria-hidden', 'true');
  svg.style.color = color;
  const add = (d: string, name: string) => {
    const path = document.createElementNS(namespace, 'path');
    path.setAttribute('d', d);
    path.setAttribute('class', name);
    svg.append(path);
  };
  if (line !== 'none') add('M1 6h30', `swatch-line ${line}`);
  if (shape) add(shapes[shape], 'swatch-mark');
  return svg;
}
