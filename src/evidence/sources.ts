/** The paper, in the version whose abstract has the three findings on unions. */
export const PAPER_ABSTRACT = 'arXiv 2211.08682v3, abstract';

/** Its ablations are known from somebody else's words only. */
export const PAPER_SUMMARY = 'second-hand summary of arXiv 2211.08682';

export const COMPUTED = 'computed';
export const ANY = 'any model and task';
