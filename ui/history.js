// Runs once when the history component loads; acts by delegation, as its content changes with every ranking.
// `element`, `server` and `watch` are given by Gradio. Nothing here builds markup from records: the server escapes it.
const list = () => element.querySelector(".history");
const rows = () => [...element.querySelectorAll(".item")];

// A year, a month or a day that the calendar has.
function isDate(text) {
  const whole = text + "0000-01-01".slice(text.length);
  const found = /^\d{4}(-\d\d){0,2}$/.test(text) ? new Date(whole) : NaN;
  return !isNaN(found) && found.toISOString().startsWith(whole);
}

// "2019" as a first day is 2019-01-01, as a last day 2019-12-31; what is not a date narrows nothing.
const day = (text, rest) => (isDate(text) ? text + rest.slice(text.length) : "");

// What is still being typed may become a date yet.
const unfinished = (input) =>
  input === document.activeElement && input.value.length < 10 && /^\d{0,4}(-\d{0,2}){0,2}$/.test(input.value);

// Returns the first and last day asked for, and says what is wrong with them.
function range(form) {
  const { from: first, to: last } = form.elements;
  let [from, to] = [day(first.value.trim(), "0000-01-01"), day(last.value.trim(), "0000-12-31")];
  const wrong = [first, last].filter((one) => one.value.trim() && !isDate(one.value.trim()) && !unfinished(one));
  const reversed = from && to && from > to;
  const names = wrong.map((one) => one.labels[0].firstChild.textContent).join(" and ");
  for (const input of [first, last]) input.ariaInvalid = reversed || wrong.includes(input) ? "true" : null;
  form.querySelector(".fault").textContent = names
    ? `${names}: not a date. Write 2019, 2019-06 or 2019-06-02; until then it narrows nothing.`
    : reversed
      ? "From is later than To: until that is put right, the dates narrow nothing."
      : "";
  return reversed ? ["", ""] : [from, to];
}

function filter() {
  const form = element.querySelector(".filters");
  if (!form) return;
  const asked = new FormData(form);
  const kinds = new Set(asked.getAll("kind"));
  const standing = asked.get("standing");
  const [from, to] = range(form);
  let shown = 0;
  for (const row of rows()) {
    const { kind, standing: stands, first, last } = row.dataset;
    const keep =
      (!kinds.size || kinds.has(kind)) &&
      (!standing || stands === standing) &&
      (!from || (last && last >= from)) &&
      (!to || (first && first <= to));
    row.hidden = !keep;
    shown += keep ? 1 : 0; // of an undated row it may be ""
  }
  for (const part of [".columns", ".rows"]) element.querySelector(part).hidden = !shown;
  element.querySelector(".nothing").hidden = shown > 0;
  const undated = (from || to) && rows().some((row) => !row.dataset.last);
  const count = element.querySelector("[data-count]");
  count.textContent = `${shown} of ${rows().length} shown` + (undated ? "; undated records are not in a date range" : "");
  form.querySelector("[type=reset]").hidden = !(kinds.size || standing || form.elements.from.value || form.elements.to.value);
}

async function open(button) {
  const row = button.closest(".item");
  const record = row.querySelector(".record");
  const opening = record.hidden;
  button.setAttribute("aria-expanded", opening);
  record.hidden = !opening;
  if (!opening || record.dataset.filled) return;
  record.dataset.filled = "yes";
  record.setAttribute("aria-busy", "true");
  const answer = await server.open_record({ visit: list().dataset.visit, item: Number(row.dataset.item) });
  record.removeAttribute("aria-busy");
  if (answer === undefined) {
    delete record.dataset.filled; // the server did not answer: the next click asks again
    record.textContent = "The record could not be fetched. Check that the server is running, then open it again.";
    return;
  }
  record.innerHTML = answer;
}

async function source(button) {
  const shown = button.parentElement.querySelector(".source");
  const opening = shown.hidden;
  button.setAttribute("aria-expanded", opening);
  shown.hidden = !opening;
  if (!opening || shown.textContent) return;
  const item = Number(button.closest(".item").dataset.item);
  const answer = await server.show_source({
    visit: list().dataset.visit,
    item,
    member: Number(button.dataset.source),
  });
  shown.innerHTML = answer ?? "The source could not be fetched.";
}

function jump(place) {
  const row = element.querySelector(`#item-${place}`);
  if (!row) return;
  if (row.hidden) {
    element.querySelector(".filters").reset();
    filter();
  }
  const button = row.querySelector(".open");
  if (button.getAttribute("aria-expanded") === "false") button.click();
  row.scrollIntoView({ block: "center" });
  button.focus({ preventScroll: true });
}

function step(button, key) {
  const seen = rows().filter((row) => !row.hidden).map((row) => row.querySelector(".open"));
  const at = seen.indexOf(button);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: seen.length - 1 }[key];
  if (!seen[next]) return false;
  seen[next].focus();
  return true;
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.classList.contains("open")) open(button);
  else if (button?.dataset.source !== undefined) source(button);
});
element.addEventListener("input", (event) => event.target.closest(".filters") && filter());
element.addEventListener("focusout", (event) => event.target.closest(".narrow") && setTimeout(filter)); // typed to its end
element.addEventListener("reset", () => setTimeout(filter)); // a form is cleared after its reset event
element.addEventListener("submit", (event) => event.preventDefault());
element.addEventListener("keydown", (event) => {
  if (event.target.classList.contains("open") && step(event.target, event.key)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest(".recall")) document.querySelector("#safety").scrollIntoView({ block: "start" });
  const place = event.target.closest("[data-jump]")?.dataset.jump;
  if (place) jump(place);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) document.querySelector("#rank")?.click();
});

// Gradio shows and hides the page's halves a moment after this: what is to have focus may not be there yet. A focus that
// is still somewhere in sight is left alone.
function focusOnce(selector, frames = 90) {
  const [wanted, now] = [document.querySelector(selector), document.activeElement];
  const lost = !now || now === document.body || !now.checkVisibility();
  if (lost && wanted?.checkVisibility()) wanted.focus({ preventScroll: true });
  else if (frames) requestAnimationFrame(() => focusOnce(selector, frames - 1));
}

// After each event the reader is where its answer is, and so is the keyboard. A touch screen's keyboard would cover it.
function arrive() {
  const touch = matchMedia("(pointer: coarse)").matches;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const history = list();
  if (history?.classList.contains("scored")) {
    history.querySelector("h3")?.focus({ preventScroll: true });
    history.scrollIntoView({ block: "start", behavior: calm ? "instant" : "smooth" });
    return;
  }
  window.scrollTo({ top: 0, behavior: "instant" });
  if (history) focusOnce(touch ? "#patient-name" : "#assessment textarea");
  else if (!touch) focusOnce("#search input");
}

// A new history begins unfiltered and closed: what Gradio's patching left of the last one is put right.
watch("value", () => {
  element.querySelector(".filters")?.reset();
  filter();
  arrive();
});
