/** A run of words of one type; `end` is the index after its last word. */
export interface Entity {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** `O` is outside of entities; others are a place in an entity, B, I, E or S, and its type: `B-location`. */
export const TAG = /^(?:O|[BIES](?:-.*)?)$/s;

/**
 * Entities of a sentence's tags, as `seqeval` 1.2 reads them by default: a word goes on with the entity before it where both have one type, that
 * one is B or I, and this one is I or E. So an I that follows nothing of its type begins an entity.
 */
export function entitiesOf(tags: readonly string[]): Entity[] {
  const entities: Entity[] = [];
  let open: (Entity & { readonly goesOn: boolean }) | undefined;
  for (const [i, tag] of tags.entries()) {
    const [place, type] = [tag[0], tag.slice(2) || '_'];
    const joins = open?.goesOn === true && open.type === type && (place === 'I' || place === 'E');
    if (open !== undefined && !joins) entities.push(closed(open));
    if (place === 'O') open = undefined;
    else open = { type, start: joins ? open!.start : i, end: i + 1, goesOn: place === 'B' || place === 'I' };
  }
  if (open !== undefined) entities.push(closed(open));
  return entities;
}

function closed({ type, start, end }: Entity): Entity {
  return { type, start, end };
}
