// Runs once when the history component loads; acts by delegation, as its content changes with every ranking.
// `element`, `server` and `watch` are given by Gradio. Nothing here builds markup from records: the server escapes it.
const list = () => element.querySelector(".history");
const rows = () => [...element.querySelectorAll(".item")];

// "2019" as a first day is 2019-01-01, as a last day 2019-12-31; what is not yet a date narrows nothing.
const day = (input, rest) => (input.validity.valid && input.value ? input.value + rest.slice(input.value.length) : "");

function filter() {
  const form = element.querySelector(".filters");
  if (!form) return;
  const asked = new FormData(form);
  const kinds = new Set(asked.getAll("kind"));
  const standing = asked.get("standing");
  const from = day(form.elements.from, "0000-01-01");
  const to = day(form.elements.to, "0000-12-31");
  let shown = 0;
  for (const row of rows()) {
    const { kind, standing: stands, first, last } = row.dataset;
    const keep =
      (!kinds.size || kinds.has(kind)) &&
      (!standing || stands === standing) &&
      (!from || (last && last >= from)) &&
      (!to || (first && first <= to));
    row.hidden = !keep;
    shown += keep;
  }
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
element.addEventListener("reset", () => setTimeout(filter)); // a form is cleared after its reset event
element.addEventListener("submit", (event) => event.preventDefault());
element.addEventListener("keydown", (event) => {
  if (event.target.classList.contains("open") && step(event.target, event.key)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-recall]")) document.querySelector("#safety").scrollIntoView({ block: "start" });
  const place = event.target.closest("[data-jump]")?.dataset.jump;
  if (place) jump(place);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) document.querySelector("#rank")?.click();
});

// A new history begins unfiltered and closed: what Gradio's patching left of the last one is put right.
watch("value", () => {
  element.querySelector(".filters")?.reset();
  filter();
  // Ranked, and the list begins low or out of sight (a small screen): the reader is taken to it.
  const heading = element.querySelector(".history.scored > h3");
  if (heading?.getBoundingClientRect().top > 0.75 * window.innerHeight) heading.scrollIntoView({ block: "start" });
});
