import { setAttributes } from '../shared/dom.ts';
import { nearestPath } from './values.ts';
import type { Path } from './values.ts';

/** Says of an element which path of the recipe it shows. */
export function markPlace(element: HTMLElement, path: Path): void {
  setAttributes(element, { 'data-path': path.join('.') });
}

/** Unfolds and focuses what shows the path, or the nearest value around it; false where nothing does. */
export function goToPlace(root: HTMLElement, path: string): boolean {
  const places = [...root.querySelectorAll<HTMLElement>('[data-path]')].filter((each) => !isHidden(each));
  const nearest = nearestPath(
    places.map((place) => place.dataset.path!),
    path,
  );
  const place = places.find((each) => each.dataset.path === nearest);
  if (nearest === undefined || place === undefined) return false;
  for (let around = place.closest('details'); around; around = outerDetails(around)) around.open = true;
  const control = place.matches(CONTROL) ? place : place.querySelector<HTMLElement>(CONTROL);
  control?.focus({ preventScroll: true });
  place.scrollIntoView({ block: 'center' });
  return true;
}

const CONTROL = 'input, select, textarea';

function isHidden(element: HTMLElement): boolean {
  return element.closest('[hidden]') !== null;
}

function outerDetails(details: HTMLDetailsElement): HTMLDetailsElement | null {
  return details.parentElement?.closest('details') ?? null;
}
