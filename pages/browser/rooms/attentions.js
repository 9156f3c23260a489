// Which of the alliance's sections the viewer is told of, each with a choice. What the words mean is the service's.
import { data } from "../shell/graphql.js";
import { words } from "../shell/text.js";
import { cell, make, table } from "./make.js";
import { Rows } from "./rows.js";

const ATTEND = "mutation AttendToSection($id: ID!, $attention: Attention!) { setSectionAttention(sectionId: $id, attention: $attention) { id } }";
const ATTENTIONS = ["FOLLOW", "NORMAL", "MUTE"];

export function attentions(read) {
  const follows = table("follows", words.follows, [[words.section], [words.told]]);
  const rows = new Rows(follows, {
    key: ({ id }) => id,
    draw: ({ name, viewerAttention }) => {
      const options = ATTENTIONS.map((one) => make("option", { value: one, selected: one === viewerAttention }, words[one]));
      return [
        make("th", { scope: "row" }, name),
        cell(make("select", { "data-act": "attend", "aria-label": `${words.told}, ${name}` }, options)),
      ];
    },
    acts: { attend: ({ id }, _row, { value }) => data(ATTEND, { id, attention: value }).then(read) },
  });
  return {
    section: follows.section,
    show(sections) {
      const heard = sections.filter(({ kind }) => ["DISCUSSION", "MEMBERS", "ORDERS"].includes(kind));
      rows.show(heard);
      follows.section.hidden = heard.length === 0;
    },
  };
}
