// A forgotten password: a code by mail, or from who administers the service, and the password that it sets.
import { onSubmit } from "../shell/form.js";
import { data } from "../shell/graphql.js";
import { notify } from "../shell/notice.js";
import { element, setup, words } from "../shell/text.js";

const ASK_FOR_CODE = "mutation AskForCode($login: String!) { requestPasswordReset(login: $login) }";
const SET_PASSWORD = "mutation SetPassword($input: ResetPasswordInput!) { resetPassword(input: $input) }";

element("asking").hidden = !setup.mails;
element("no-mail").hidden = setup.mails;

onSubmit(element("asking"), async ({ login }) => {
  await data(ASK_FOR_CODE, { login });
  notify(words.sent);
  element("setting").elements.code.focus();
});

onSubmit(element("setting"), async (input) => {
  await data(SET_PASSWORD, { input });
  notify(words.changed);
  element("sign-in").hidden = false;
  element("sign-in").elements.login.focus();
});
