// What an entry of the rights' history changed, one change a column; and how each is written. Draws and asks nothing.
import * as format from "../shell/format.js";
import { say, words } from "../shell/text.js";

const ADJUSTMENTS = { EXACT: words.EXACT, UP: words.UP, DOWN: words.DOWN };
export const CHANGED = {
  coefficient: words.coefficient, adjustment: words.adjustment, accumulatedRights: words.accumulatedRights,
};

export function changesOf(entry) {
  const rights = { entry, id: entry.id, key: "accumulatedRights", before: entry.accumulatedBefore, after: entry.accumulatedAfter };
  if (entry.harvestCount > 0) return [rights];
  const { coefficient, coefficientBefore, adjustment, adjustmentBefore } = entry;
  const changes = [
    { entry, id: entry.id, key: "coefficient", before: coefficientBefore, after: coefficient },
    { entry, id: entry.id, key: "adjustment", before: adjustmentBefore, after: adjustment },
    rights,
  ].filter(({ before, after }) => before !== after && before !== null);
  // The first entry of all: what was before is not known.
  return changes.length ? changes : [{ entry, id: entry.id, key: "coefficient", before: null, after: coefficient }];
}

export function shown(key, value) {
  if (key === "adjustment") return ADJUSTMENTS[value];
  if (key === "coefficient") return `${format.number(value, 6)} %`;
  return say(words.ofMaterials, { amount: format.number(Math.round(value)) });
}

// What taking a change back leads to, from what there is now.
export function taken(key, { before, after, now }) {
  return key === "accumulatedRights" ? Math.round((now + before - after) * 1000) / 1000 : before;
}
