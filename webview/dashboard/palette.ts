/** How many colours, and how many marker shapes, groups are told apart by. Unequal, so that a pair repeats late. */
export const colorCount = 6;

/** Chart.js names of point shapes; drawn in the legend too. */
export const markers = ['circle', 'triangle', 'rect', 'rectRot', 'star', 'cross', 'crossRot'] as const;
export type Marker = (typeof markers)[number];

/** A group's place in the palette, by its key. */
export type Slots = Readonly<Record<string, number>>;

/** Known groups keep their place whatever comes and goes; new ones take the lowest that is free. */
export function assignSlots(known: Slots, keys: readonly string[]): Slots {
  const slots = Object.fromEntries(
    keys.flatMap((key) => (Object.hasOwn(known, key) ? [[key, known[key]]] : [])),
  );
  const taken = new Set(Object.values(slots));
  for (const key of keys) {
    if (Object.hasOwn(slots, key)) continue;
    let slot = 0;
    while (taken.has(slot)) slot++;
    taken.add(slot);
    slots[key] = slot;
  }
  return slots;
}

export function markerOf(slot: number): Marker {
  return markers[slot % markers.length];
}
