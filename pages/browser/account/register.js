// Registering, by who may. An invitation's code may stand behind the # of the address, which is sent to nobody.
import { onSubmit } from "../shell/form.js";
import { session } from "../shell/session.js";
import { decoded, element, setup } from "../shell/text.js";

const form = element("registration");
const { invitation } = form.elements;

session.follow((name) => {
  const isClosed = setup.registration === "closed";
  element("closed").hidden = !isClosed;
  element("here").hidden = isClosed || name === null;
  form.hidden = isClosed || name !== null;
});

invitation.required = setup.registration === "invite";
invitation.defaultValue = decoded(location.hash.slice(1));

onSubmit(form, async ({ stay, ...typed }) => {
  const input = { ...typed, invitation: typed.invitation.trim() || null };
  const tag = await session.register(input, stay !== undefined);
  location.assign(tag ? `/alliances/${encodeURIComponent(tag)}` : "/");
});
