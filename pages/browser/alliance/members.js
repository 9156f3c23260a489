// The members' part: which columns are asked for, the table that shows them, and what administrators change in it.
import { ask, data } from "../shell/graphql.js";
import { element, say, words } from "../shell/text.js";
import { Choice, COLUMNS, known } from "./columns.js";
import { walkWithKeys } from "./grid_keys.js";
import { counted, MembersTable } from "./members_table.js";
import { gathered, situation } from "./situation.js";
import { watchEdge } from "./sticky_edge.js";

// Each column is asked for by a variable of its name, so that the text stays one that is trusted.
const MEMBERS = `query Members(
  $tag: String!
  $tdc: Boolean = false $travelTime: Boolean = false $rank: Boolean = false $rankOrder: Boolean = false
  $rights: Boolean = false $nextTdpCost: Boolean = false $nextTdpEvolution: Boolean = false
  $nextTdpBaseTime: Boolean = false $costTimeRatio: Boolean = false $baseShare: Boolean = false
  $coefficient: Boolean = false $adjustment: Boolean = false $shareWithCoefficient: Boolean = false
  $adjustedShare: Boolean = false $tdcAtLastUpdate: Boolean = false $lastUpdatedAt: Boolean = false
  $allianceProduction: Boolean = false $entitlement: Boolean = false $playerProduction: Boolean = false
  $quantitySent: Boolean = false $quantityReceived: Boolean = false $accumulatedRights: Boolean = false
  $projectedRights: Boolean = false
) {
  alliance(tag: $tag) {
    members {
      id pseudo
      tdc @include(if: $tdc)
      travelTime @include(if: $travelTime)
      rank @include(if: $rank)
      rankOrder @include(if: $rankOrder)
      resourceRights @include(if: $rights) {
        nextTdpCost @include(if: $nextTdpCost)
        nextTdpEvolution @include(if: $nextTdpEvolution)
        nextTdpBaseTime @include(if: $nextTdpBaseTime)
        costTimeRatio @include(if: $costTimeRatio)
        baseShare @include(if: $baseShare)
        coefficient @include(if: $coefficient)
        adjustment @include(if: $adjustment)
        shareWithCoefficient @include(if: $shareWithCoefficient)
        adjustedShare @include(if: $adjustedShare)
        tdcAtLastUpdate @include(if: $tdcAtLastUpdate)
        lastUpdatedAt @include(if: $lastUpdatedAt)
        allianceProduction @include(if: $allianceProduction)
        entitlement @include(if: $entitlement)
        playerProduction @include(if: $playerProduction)
        quantitySent @include(if: $quantitySent)
        quantityReceived @include(if: $quantityReceived)
        accumulatedRights @include(if: $accumulatedRights)
        projectedRights @include(if: $projectedRights)
      }
    }
  }
}`;
const EDIT = `mutation Edit($input: MemberRightsInput!) {
  updateMemberRights(input: $input) { id resourceRights { coefficient adjustment accumulatedRights } }
}`;
const ASKED = new Set(MEMBERS.match(/(?<=\$)\w+(?=: Boolean)/g));

let table = null;
let choice = null;
let latest = 0;
const soon = gathered(load);

const tell = (text) => (element("told").textContent = text);

// Only the answer to the last question counts: columns may be picked faster than answers come.
async function load() {
  const asked = ++latest;
  const { data: found, errors } = await ask(MEMBERS, { tag: situation.tag, ...choice.variables }).catch(() => ({}));
  if (asked !== latest || !found?.alliance) return;
  element("members-problem").textContent = errors?.[0].message ?? "";
  table.show(found.alliance.members.map(({ resourceRights, ...member }) => ({ ...member, ...resourceRights })));
}

async function save(member, key, value) {
  const { updateMemberRights } = await data(EDIT, { input: { memberId: member.id, [key]: value } });
  soon();
  return updateMemberRights.resourceRights[key];
}

export async function openMembers() {
  latest += 1;
  table.setColumns([], false); // What somebody else was shown on this page is not for whoever opens it now.
  table.show([]);
  const { memberColumns } = await data(COLUMNS);
  // To members who do not administer the others are not offered; of what is open to them all but the bare place of a
  // rank, by which the rows stand already, is shown at first.
  const open = memberColumns.filter(({ key, requiresAdministration }) => ASKED.has(key) && (situation.administers || !requiresAdministration));
  choice = new Choice(open.map((column) => known(situation.administers ? column : { ...column, visibleByDefault: column.key !== "rankOrder" })));
  element("rights-closed").hidden = situation.administers;
  drawPicker();
  choice.addEventListener("columns", redraw);
  choice.addEventListener("numbers", redraw);
  await redraw();
}

function redraw() {
  table.setColumns(choice.shown, choice.isShort);
  return load();
}

function drawPicker() {
  const boxes = choice.columns.map((column) => {
    const label = Object.assign(document.createElement("label"), { className: "tick", title: column.description });
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: column.key, checked: choice.picked.has(column.key) });
    box.addEventListener("change", () => choice.pick(column.key, box.checked));
    label.append(box, column.unit ? `${column.label} (${column.unit})` : column.label);
    return label;
  });
  element("picker").replaceChildren(...boxes);
  element("short").checked = choice.isShort;
}

table = new MembersTable({ table: element("members"), save, tell });
walkWithKeys(table.body);
watchEdge(element("members").parentElement, element("members"));
element("short").addEventListener("change", ({ target }) => choice?.shorten(target.checked));
element("filter").addEventListener("input", ({ target }) => table.filter(target.value));
element("members").addEventListener("counted", () => (element("filtered").textContent = counted(table.count)));
situation.addEventListener("rights", () => choice && soon());
