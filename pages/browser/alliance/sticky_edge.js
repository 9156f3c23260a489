// The column of names that stays in view: a shadow where others go under it, and none of their figures cut in half.

export function watchEdge(scroll, table) {
  let isDue = false;
  const look = () => {
    isDue = false;
    scroll.classList.toggle("scrolled", scroll.scrollLeft > 0);
    const heads = table.tHead.rows[0]?.cells ?? [];
    if (!heads.length) return;
    const edge = heads[0].getBoundingClientRect().right;
    // A number that has lost its first digits reads as another number: such a cell shows nothing.
    const cut = [...heads].findIndex((head, place) => {
      const { left, right } = head.getBoundingClientRect();
      return place > 0 && left < edge - 4 && right > edge;
    });
    if (String(cut) === table.dataset.cut) return;
    table.dataset.cut = cut;
    table.querySelectorAll(".cut").forEach((cell) => cell.classList.remove("cut"));
    if (cut > 0) for (const row of table.rows) row.cells[cut]?.classList.add("cut");
  };
  const soon = () => {
    if (!isDue) requestAnimationFrame(look);
    isDue = true;
  };
  scroll.addEventListener("scroll", soon, { passive: true });
  new ResizeObserver(soon).observe(scroll);
  new MutationObserver(() => ((table.dataset.cut = ""), soon())).observe(table, { childList: true, subtree: true });
}
