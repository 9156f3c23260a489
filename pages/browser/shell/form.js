// Forms whose refusals stand at the fields that they are about. A field is found by its `name`, as the API names it.
import { complain, notify } from "./notice.js";

function clear(form) {
  form.querySelectorAll("[aria-invalid]").forEach((field) => {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  });
  form.querySelectorAll(".error").forEach((line) => line.remove());
}

// Says at a field what is wrong about it.
export function mark(field, message) {
  const line = document.createElement("span");
  line.className = "error";
  line.id = `${field.form?.id ?? "field"}-${field.name}-error`;
  line.textContent = message;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", line.id);
  field.after(line);
}

function refused(form, problem) {
  const field = problem.field && form.elements[problem.field];
  if (!field) return complain(problem);
  notify("");
  mark(field, problem.message);
  field.focus();
}

// Calls `act` with what the form holds, by name; its refusals are told. The form is empty again once it is done.
export function onSubmit(form, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button:not([type])");
    clear(form);
    button.disabled = true;
    try {
      await act(Object.fromEntries(new FormData(form)));
      form.reset();
    } catch (problem) {
      refused(form, problem);
    } finally {
      button.disabled = false;
    }
  });
}
